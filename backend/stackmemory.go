package backend

import (
	"fmt"
	"runtime"
	"unsafe"
)

// allocBlock returns the address in slot 0 of size zeroed bytes, in whole groups,
// and the lease that keeps them. They stand on no line that is avoided, unless
// they are so many that they must.
func (m *Memory) allocBlock(size int) (uintptr, *lease, error) {
	groups := (size + groupSize - 1) / groupSize
	m.mu.Lock()
	defer m.mu.Unlock()
	block, err := m.takeBlock(groups)
	if err != nil {
		m.refused++
		return 0, nil, err
	}
	l := &lease{m}
	m.live += groups
	runtime.AddCleanup(l, func(block uintptr) { m.releaseBlock(block, groups) }, block)
	return block, l, nil
}

// takeBlock returns the address of zeroed neighbouring groups that nobody holds.
func (m *Memory) takeBlock(groups int) (uintptr, error) {
	if n := len(m.blocks[groups]); n > 0 {
		block := m.blocks[groups][n-1]
		m.blocks[groups] = m.blocks[groups][:n-1]
		m.zero(block, uintptr(groups)*groupSize)
		return block, nil
	}
	size := uintptr(groups) * groupSize
	mayAvoid := m.longestRun() >= groups
	for {
		if uintptr(len(m.fresh)) < size {
			m.keepFresh()
			if err := m.mapChunk(); err != nil {
				return 0, err
			}
		}
		block := uintptr(unsafe.Pointer(&m.fresh[0]))
		if !mayAvoid || !m.avoids(block, size) {
			m.fresh = m.fresh[size:]
			return block, nil
		}
		m.free = append(m.free, block) // one group of it: cells know how to avoid a line
		m.fresh = m.fresh[groupSize:]
	}
}

// mapChunk makes another chunk the one that groups are taken from.
func (m *Memory) mapChunk() error {
	size := (m.before() + m.geo.Slots) << StrideShift
	chunk, err := mapMemory(size)
	if err != nil {
		return fmt.Errorf("percpu/backend: map %d bytes for %d slots: %w", size, size>>StrideShift, err)
	}
	m.chunks = append(m.chunks, chunk)
	m.fresh = chunk[m.before()<<StrideShift:][:stride]
	return nil
}

// keepFresh frees the groups that are left of the newest chunk.
func (m *Memory) keepFresh() {
	for ; len(m.fresh) > 0; m.fresh = m.fresh[groupSize:] {
		m.free = append(m.free, uintptr(unsafe.Pointer(&m.fresh[0])))
	}
}

// avoids reports whether one of the lines is to be avoided.
func (m *Memory) avoids(addr, size uintptr) bool {
	for a := addr; a < addr+size; a += lineSize {
		if m.avoided[a%aliasSize/lineSize] {
			return true
		}
	}
	return false
}

// longestRun returns how many neighbouring groups there are without a line to
// avoid.
func (m *Memory) longestRun() (longest int) {
	run := 0
	for addr := uintptr(0); addr < 2*aliasSize; addr += groupSize { // a run may go on in the next page
		if run++; m.avoids(addr, groupSize) {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest == 2*aliasSize/groupSize {
		return stride / groupSize
	}
	return longest
}

// releaseBlock takes a block back, as release does a group.
func (m *Memory) releaseBlock(block uintptr, groups int) {
	m.mu.Lock()
	m.blocks[groups] = append(m.blocks[groups], block)
	m.live -= groups
	m.mu.Unlock()
}

// freeGroups returns how many groups wait to be used again.
func (m *Memory) freeGroups() int {
	n := len(m.free)
	for groups, blocks := range m.blocks {
		n += groups * len(blocks)
	}
	return n
}
