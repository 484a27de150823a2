package asm

// StackInjection is what the stacks' sections of a percpuinject build read
// beside Injected.
type StackInjection struct {
	Early uint64 // turns of a loop before [1]

	Drain uint64 // turns of a loop between the fence of a Drain and its first look at a slot

	// Descriptors in use: tests replace them by broken ones.
	Push      *Descriptor
	Pop       *Descriptor
	PushBatch *Descriptor
	PopBatch  *Descriptor

	waited uint64
}

// WaitDrain waits as Drain says.
func (i *StackInjection) WaitDrain() {
	for n := i.Drain; Injecting && n > 0; n-- {
		i.waited++ // or the loop is nothing
	}
}

// InjectedStack belongs to the tests. Without tag percpuinject nothing reads it.
var InjectedStack StackInjection
