//go:build linux && amd64 && !purego

package asm

//lint:file-ignore U1000 what looks unused is used by the assembly file

// Supported says whether this build has critical sections.
const Supported = true

// Signature stands before every abort handler; it is what librseq and glibc
// use on x86, so that one process needs only one.
const Signature = 0x53053053

// setupVars is what every section reads. It is written once, before any
// RseqWord exists, and fills cache lines of its own, which nobody writes
// afterwards.
type setupVars struct {
	_           [64]byte
	areaOffset  int64  // area = anchor + areaOffset
	indexOffset uint64 // of cpu_id or mm_cid in the area
	slots       uint32 // index bound of RseqWord cells
	hintSlots   uint32 // hint bound of HintWord cells; 0 turns hints off
	_           [64]byte
}

var setup setupVars

// Setup tells the sections where a thread's area is, relative to its anchor,
// which field of it indexes the slots, and how many slots there are. It must
// not be called after the first RseqWord was handed out.
func Setup(areaOffset int64, indexOffset uintptr, slots uint32) {
	setup.areaOffset = areaOffset
	setup.indexOffset = uint64(indexOffset)
	setup.slots = slots
}

// HasHints says whether this build can reach HintWord cells. The processor
// must have RDPID, and the kernel must keep it current.
const HasHints = true

// SetupHints sets the number of slots of HintWord cells. It must be called
// before the first HintWord is handed out.
func SetupHints(slots uint32) { setup.hintSlots = slots }

// Add adds delta to the cell at w. See spec.go.
func Add(w *Word, delta int64)

// AddFloat64 adds delta to the cell at w, which holds a float64. See spec.go.
func AddFloat64(w *Word, delta float64)

// CompareAndStore stores new into the cell at w if it holds old. See spec.go.
func CompareAndStore(w *Word, old, new uint64) bool

// Anchor returns this thread's anchor, the word at FS:0.
func Anchor() uintptr

// State returns the address of this thread's rseq area, the cpu_id in it, and
// whether sections can commit, as they themselves find out; zeros if the thread
// has no area. It is one assembly function, so that all of it is of one thread,
// which can't end in between and take a libc area with it. Only after Setup.
func State() (area uintptr, cpuID int32, ready bool)

// SetAnchor writes this thread's anchor. Only for threads whose thread block
// belongs to the Go runtime: in a libc process this would destroy the thread.
func SetAnchor(area uintptr)

// TLSG returns g as the runtime keeps it in the thread block, at -8(FS), and
// as it keeps it in its register. They agree unless the layout of the block
// is not the one this package knows.
func TLSG() (tls, reg uintptr)

// Hint returns the number of the CPU that the caller ran on a moment ago, by
// RDPID: an illegal instruction on processors without it.
func Hint() uint32

// Spin waits in a section for turns turns of a loop, says in *state how far it
// has come, and reports whether it was aborted. The thread must have an area.
// See spec.go.
func Spin(state *uint32, turns uint64) (aborted bool)

// The assembly file holds a descriptor for each section, in this order.
func descriptors() *[4]*Descriptor

// Sections lists every critical section of this build.
func Sections() []Section {
	ret := "\xc3"                         // RET
	retTrue := "\xc6\x44\x24\x20\x01\xc3" // MOVB $1, 32(SP); RET
	if Injecting {
		ret = "\x4c\x8b\x1d" // MOVQ Injected.Linger, R11
		retTrue = ret
	}
	retFalse := "\xc6\x44\x24\x18\x00\xc3" // MOVB $0, 24(SP); RET
	d := descriptors()
	return append([]Section{
		{"Add", d[0], "\x48\x89\x13", ret},                   // MOVQ DX, (BX)
		{"AddFloat64", d[1], "\xf2\x0f\x11\x03", ret},        // MOVSD X0, (BX)
		{"CompareAndStore", d[2], "\x48\x89\x13", retTrue},   // MOVQ DX, (BX)
		{"Spin", d[3], "\xc7\x03\x02\x00\x00\x00", retFalse}, // MOVL $SpinFinished, (BX)
	}, guardedSections(ret)...)
}

// The sections jump here when they can't commit.

func addSlow(w *Word, delta int64)                      { AddSlow(w, delta) }
func addFloat64Slow(w *Word, delta float64)             { AddFloat64Slow(w, delta) }
func compareAndStoreSlow(w *Word, old, new uint64) bool { return CompareAndStoreSlow(w, old, new) }

// The abort handlers. Only the kernel jumps to them.

func addAbort(w *Word, delta int64)
func addFloat64Abort(w *Word, delta float64)
func compareAndStoreAbort(w *Word, old, new uint64) bool
func spinAbort(state *uint32, turns uint64) (aborted bool)
