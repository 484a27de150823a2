package asm

// RowInjection is what the rows' section of a percpuinject build reads beside Injected.
type RowInjection struct {
	Observe *Descriptor // in use: tests replace it by a broken one
}

// InjectedRow belongs to the tests. Without tag percpuinject nothing reads it.
var InjectedRow RowInjection
