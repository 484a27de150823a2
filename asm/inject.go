package asm

// Injection is what the sections of a percpuinject build read as they run.
type Injection struct {
	Delay  uint64 // turns of a loop before the commit, [3] of spec.go
	Linger uint64 // turns of a loop after post_commit, where an abort would be wrong
	Aborts uint64 // counted, atomically, by the abort handlers

	// Descriptors in use, of the variant in use: tests replace them by broken ones.
	Add         *Descriptor
	AddFloat64  *Descriptor
	Step        *Descriptor
	Leave       *Descriptor
	AddIfZero   *Descriptor
	Take        *Descriptor
	NextInBlock *Descriptor
	Max         *Descriptor
}

// Injected belongs to the tests. Without tag percpuinject nothing reads it.
var Injected Injection
