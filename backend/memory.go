package backend

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// Memory hands out the cells of one backend. Its methods may be called
// concurrently. The memory it maps stays mapped: 64 KiB of address space for
// each slot and every 8,000 cells or so, of which only touched pages count. Reading
// a cell visits the slots that are in use, not all that are possible.
type Memory struct {
	backend Backend
	geo     Geometry
	avoided map[uintptr]bool

	mu      sync.Mutex
	chunks  [][]byte          // all there are; keeps heap-backed ones alive
	fresh   []byte            // part of slot 0 of the newest chunk never handed out
	free    []uintptr         // addresses in slot 0 of groups to use again
	blocks  map[int][]uintptr // the same of blocks, by their number of groups
	alone   lease             // of cells without slots
	lease   *lease            // of the group that cells are taken from now
	cells   []uintptr         // what is left of it
	live    int               // groups with a lease
	refused uint64            // cells that there was no memory for

	rowsMu sync.Mutex // before mu
	rows   rowBlock   // what small rows are taken from now

	overflowed atomic.Bool  // a slot before slot 0 may have been written
	named      atomic.Int64 // slots that Cell.Word and Stack.Block were asked for: they may have been, too
	overflows  []overflowCount
}

// overflowCount is of one overflow slot, on cache lines of its own.
type overflowCount struct {
	n atomic.Uint64
	_ [2*lineSize - wordSize]byte
}

// lease keeps a group of cells from being used again. Every Cell of the group
// points to it.
type lease struct{ memory *Memory }

// NewMemory returns an empty memory of the given geometry for cells of b. It
// maps nothing yet. Memories with the same leaf share the bound of its index, so
// all must have the number of slots of the first; another is an error.
func NewMemory(b Backend, g Geometry) (*Memory, error) {
	if err := g.validate(); err != nil {
		return nil, err
	}
	if g.Leaf != LeafNone && !leafSlots[g.Leaf].CompareAndSwap(0, int64(g.Slots)) && leafSlots[g.Leaf].Load() != int64(g.Slots) {
		return nil, fmt.Errorf("percpu/backend: geometry: %d slots, but memory with this leaf has %d", g.Slots, leafSlots[g.Leaf].Load())
	}
	m := &Memory{backend: b, geo: g, avoided: g.avoided(), blocks: make(map[int][]uintptr), overflows: make([]overflowCount, g.Overflow)}
	m.alone.memory = m
	return m, nil
}

// leafSlots are the slots of all memories with a leaf, 0 as long as there is none.
var leafSlots [LeafHint + 1]atomic.Int64

// inUse returns how many slots may have been written: before slot 0, where the spare
// slot and the overflow slots stand, and from there on. An addition is made after
// these have been raised as far as it needs, so who must see it sees them, too.
func (m *Memory) inUse() (before, slots int) {
	switch m.geo.Leaf {
	case LeafRseq:
		slots = int(asm.Slots())
	case LeafHint:
		slots = int(asm.HintSlots())
	default:
		slots = m.geo.Slots
	}
	if m.overflowed.Load() {
		before = m.before()
	}
	return before, slots
}

// before returns the number of slots before slot 0.
func (m *Memory) before() int { return 1 + m.geo.Overflow }

// spare returns the word in the spare slot of the cell whose word in slot 0 is at an
// address: the farthest before it.
func (m *Memory) spare(slot0 uintptr) *uint64 {
	m.UseOverflow()
	return wordAt(slot0 - uintptr(m.before())<<StrideShift)
}

const noSuchSlot = "percpu: Cell.Word of no such slot"

// word returns the word in slot s of the cell whose word in slot 0 is at an
// address.
func (m *Memory) word(slot0 uintptr, s int) *uint64 {
	switch {
	case s < 0 || s >= m.geo.Words():
		panic(noSuchSlot)
	case s >= m.geo.Slots:
		m.UseOverflow()
		s -= m.geo.Words() // the last stands right before slot 0
	default:
		m.name(s)
	}
	return wordAt(slot0 + uintptr(s)<<StrideShift)
}

// name notes that a slot may be written though it is not in use.
func (m *Memory) name(s int) {
	for {
		n := m.named.Load()
		if int64(s) < n || m.named.CompareAndSwap(n, int64(s)+1) {
			return
		}
	}
}

// Geometry returns the geometry that the memory was made with.
func (m *Memory) Geometry() Geometry { return m.geo }

// MemoryStats is a Memory's size.
type MemoryStats struct {
	Chunks  int    `json:"chunks"`  // mapped, each of Geometry.Words() + 1 times 64 KiB of address space
	Groups  int    `json:"groups"`  // of 64 cells, held by at least one reachable Cell
	Free    int    `json:"free"`    // groups waiting to be used again
	Refused uint64 `json:"refused"` // cells that there was no memory for
}

// Stats returns the memory's present size.
func (m *Memory) Stats() MemoryStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return MemoryStats{len(m.chunks), m.live, m.freeGroups(), m.refused}
}

// alloc returns the word of a zeroed cell and the lease that keeps it.
func (m *Memory) alloc() (asm.Word, *lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.cells) == 0 {
		if err := m.nextGroup(); err != nil {
			m.refused++
			return 0, nil, err
		}
	}
	slot0 := m.cells[0]
	m.cells = m.cells[1:]
	switch m.geo.Leaf {
	case LeafRseq:
		return asm.RseqWord(slot0), m.lease, nil
	case LeafHint:
		return asm.HintWord(slot0), m.lease, nil
	}
	return asm.SlowWord(slot0), m.lease, nil
}

// nextGroup makes another group the one that cells are taken from.
func (m *Memory) nextGroup() error {
	group, err := m.takeGroup()
	if err != nil {
		return err
	}
	m.lease = &lease{m}
	m.live++
	runtime.AddCleanup(m.lease, m.release, group)
	for a := group; a < group+groupSize; a += wordSize {
		if !m.avoided[a%aliasSize/lineSize] {
			m.cells = append(m.cells, a)
		}
	}
	return nil
}

// takeGroup returns the address of a zeroed group that nobody holds.
func (m *Memory) takeGroup() (uintptr, error) {
	if n := len(m.free); n > 0 {
		group := m.free[n-1]
		m.free = m.free[:n-1]
		m.zero(group, groupSize)
		return group, nil
	}
	if len(m.fresh) == 0 {
		if err := m.mapChunk(); err != nil {
			return 0, err
		}
	}
	group := uintptr(unsafe.Pointer(&m.fresh[0]))
	m.fresh = m.fresh[groupSize:]
	return group, nil
}

// release takes a group back. The collector has found the lease unreachable,
// and with it every Cell of the group, so no operation is under way on them: an
// operation's goroutine holds its Cell, and in assembly it is not at a point
// where the collector could overlook that.
func (m *Memory) release(group uintptr) {
	m.mu.Lock()
	m.free = append(m.free, group)
	m.live--
	m.mu.Unlock()
}

// zero clears groups that nobody holds, without touching pages that are zero
// because they were never written.
func (m *Memory) zero(group, size uintptr) {
	before, slots := m.inUse()
	for s := -before; s < max(slots, int(m.named.Load())); s++ {
		for a := group; a < group+size; a += wordSize {
			if w := wordAt(a + uintptr(s)<<StrideShift); atomic.LoadUint64(w) != 0 {
				atomic.StoreUint64(w, 0)
			}
		}
	}
}

// wordAt returns the word at an address. The memory is either not Go's or kept by
// Memory.chunks, and never moves; the detour through a variable's address says that
// to the compiler's pointer checks, which would otherwise look for a Go object.
func wordAt(addr uintptr) *uint64 { return *(**uint64)(unsafe.Pointer(&addr)) }
