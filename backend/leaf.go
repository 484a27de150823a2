package backend

import "github.com/percpu-go/percpu/asm"

// Leaf says which assembly may reach a Memory's cells without a call of the
// Backend.
type Leaf int

const (
	LeafNone Leaf = iota // none: every operation calls the Backend
	LeafRseq             // critical sections, after asm.Setup; rseqbackend only
	LeafHint             // atomics at the slot that CPUHint names; where HasCPUHint
)

// HasCPUHint says whether this build knows a cheap instruction for the number
// of the CPU it runs on. Whether the processor knows it too is for the caller
// to find out: package feature's RDPID.
const HasCPUHint = asm.HasHints

// CPUHint returns the number of the CPU that the caller ran on a moment ago,
// or 0 without HasCPUHint.
func CPUHint() int { return int(asm.Hint()) }
