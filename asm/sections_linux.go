//go:build linux && (amd64 || arm64) && !purego

package asm

//lint:file-ignore U1000 what looks unused is used by the assembly files

// Supported says whether this build has critical sections.
const Supported = true

// setupVars is what every section reads. It is written once, before any
// RseqWord exists, and fills cache lines of its own, which nobody writes
// afterwards.
type setupVars struct {
	_           [64]byte
	areaOffset  int64  // area = anchor + areaOffset
	indexOffset uint64 // of cpu_id or mm_cid in the area; arm64 loads it with areaOffset
	slots       uint32 // index bound of RseqWord cells
	hintSlots   uint32 // hint bound of HintWord cells; 0 turns hints off
	_           [64]byte
}

var setup setupVars

// Setup tells the sections where a thread's area is, relative to its anchor,
// which field of it indexes the slots, and how many slots there are. An
// areaOffset of 0 means areas of our own. It must not be called after the first
// RseqWord was handed out.
func Setup(areaOffset int64, indexOffset uintptr, slots uint32) {
	setup.areaOffset = areaOffset
	setup.indexOffset = uint64(indexOffset)
	setup.slots = slots
}

// SetupHints sets the number of slots of HintWord cells. It must be called
// before the first HintWord is handed out.
func SetupHints(slots uint32) { setup.hintSlots = slots }

// Add adds delta to the cell at w. See spec.go.
func Add(w *Word, delta int64)

// AddFloat64 adds delta to the cell at w, which holds a float64. See spec.go.
func AddFloat64(w *Word, delta float64)

// CompareAndStore stores new into the cell at w if it holds old. See spec.go.
func CompareAndStore(w *Word, old, new uint64) bool

// Anchor returns this thread's anchor. See spec.go.
func Anchor() uintptr

// State returns the address of this thread's rseq area, the cpu_id in it, and
// whether sections can commit, as they themselves find out; zeros if the thread
// has no area. It is one assembly function, so that all of it is of one thread,
// which can't end in between and take a libc area with it. Only after Setup,
// or for areas of our own.
func State() (area uintptr, cpuID int32, ready bool)

// SetAnchor writes this thread's anchor. Only for threads of the Go runtime's
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

// The assembly file holds a descriptor for each section, in this order.
func descriptors() *[4]*Descriptor

// The sections jump here when they can't commit.

func addSlow(w *Word, delta int64)                      { AddSlow(w, delta) }
func addFloat64Slow(w *Word, delta float64)             { AddFloat64Slow(w, delta) }
func compareAndStoreSlow(w *Word, old, new uint64) bool { return CompareAndStoreSlow(w, old, new) }

// The abort handlers. Only the kernel jumps to them.

func addAbort(w *Word, delta int64)
func addFloat64Abort(w *Word, delta float64)
func compareAndStoreAbort(w *Word, old, new uint64) bool
func spinAbort(state *uint32, turns uint64) (aborted bool)
