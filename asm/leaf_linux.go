//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import "sync/atomic"

// Setup tells the sections where a thread's area is, relative to its anchor,
// which field of it State reads the index from, and how many slots are in use. An
// areaOffset of 0 means areas of our own. It must not be called after Use.
func Setup(areaOffset int64, indexOffset uintptr, slots uint32) {
	setup.indexOffset = uint64(indexOffset)
	atomic.StoreInt64(&setup.areaOffset, areaOffset)
	atomic.StoreUint32(&setup.slots, slots)
}

// Anchor returns this thread's anchor. See spec.go.
func Anchor() uintptr

// State returns the address of this thread's rseq area, and the cpu_id and the
// index in it; zeros if the thread has no area. It is one assembly function, so
// that all of it is of one thread, which can't end in between and take a libc area
// with it. Only after Setup, or for areas of our own.
func State() (area uintptr, cpuID int32, index uint32)

// SetAnchor writes this thread's anchor: an area's address, minus that if the thread
// was given up, or 0. Only for threads of the Go runtime's
// own making: in a libc process this would destroy the thread.
func SetAnchor(area uintptr)

// AreaOwner returns what must stand at OwnerOffset of an area of our own before
// this thread's anchor may point to it.
func AreaOwner() uintptr

// RuntimeLayout returns two words that agree unless the runtime's structures,
// as far as the anchor relies on them, are not those this package knows.
func RuntimeLayout() (found, expected uintptr)

// Spin waits in a section for turns turns of a loop, says in *state how far it
// has come, and reports whether it was aborted. The thread must have an area.
// See spec.go.
func Spin(state *uint32, turns uint64) (aborted bool)

func spinSection() (entry uintptr, section *Descriptor)

// The tables of the variants, in read-only memory.
func ownCPUID() *leafTable
func ownMMCID() *leafTable
func libcCPUID() *leafTable
func libcMMCID() *leafTable

func (v Variant) table() *leafTable {
	switch v {
	case Hints:
		return hinting()
	case OwnCPUID:
		return ownCPUID()
	case OwnMMCID:
		return ownMMCID()
	case LibcCPUID:
		return libcCPUID()
	case LibcMMCID:
		return libcMMCID()
	}
	return new(leafTable)
}

// Sections lists every critical section of this build, of all variants.
func Sections() []Section {
	leaves, spin := encodings(goarch, Injecting)
	entry, section := spinSection()
	all := append(make([]Section, 0, 1+4*sectionCount), Section{"Spin", Portable, entry, section, spin.commit, spin.after, false})
	for v := OwnCPUID; v <= LibcMMCID; v++ {
		for i, l := range v.table()[:sectionCount] {
			all = append(all, Section{leafNames[i], v, l.code, l.section, leaves[i].commit, leaves[i].after, true})
		}
	}
	return all
}
