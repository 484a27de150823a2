package backend

import "github.com/percpu-go/percpu/asm"

// Leaf says which leaf may reach a Memory's cells without a call of the Backend.
type Leaf int

const (
	LeafNone Leaf = iota // none: every operation calls the Backend
	LeafRseq             // critical sections, after asm.Setup; rseqbackend only
	LeafHint             // atomics at the slot that a hint names, after UseHints; atomicbackend only
)

// CanHint reports whether leaves of this build can ask the processor for the number
// of the CPU they run on. Whether the processor has the instruction is for the
// caller to find out: package feature's RDPID.
func CanHint() bool { return asm.HasHints && asm.LeafCalls() }

// CPUHinted reports whether UseHints was told that the processor can: then CPUHint
// may be called.
func CPUHinted() bool { return asm.HintSlots() != 0 && !asm.HintsHashed() }

// CPUHint returns the number of the CPU that the caller ran on a moment ago.
func CPUHint() int { return int(asm.Hint()) }

// GoroutineHash returns a number that differs between most goroutines, and is the
// same for nearby calls of one.
func GoroutineHash() int { return int(asm.GoroutineHash()) }

// UseHints makes leaves reach cells of memories with LeafHint, in the slot of the
// number of the CPU they run on, or else, for a power of two of slots, of a hash
// of the goroutine. inUse is how many slots are in use from the start.
func UseHints(inUse int, cpu bool) {
	asm.SetupHints(uint32(inUse), !cpu)
	if cpu {
		asm.Use(asm.Hints)
	}
}

// HintSlots returns how many slots of memories with LeafHint are in use: none above
// was written.
func HintSlots() int { return int(asm.HintSlots()) }

// GrowHintSlots makes that at least n.
func GrowHintSlots(n int) { asm.GrowHintSlots(uint32(n)) }
