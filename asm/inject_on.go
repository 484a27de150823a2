//go:build percpuinject && linux && (amd64 || arm64) && gc && !purego

package asm

// inject turns on the #ifdef const_inject parts of the assembly, through
// go_asm.h.
//
//lint:ignore U1000 used by the assembly file
const inject = 1

// Injecting says whether tests can delay and miswrite the sections.
const Injecting = true

// useDescriptors makes a variant's descriptors those in use.
func useDescriptors(v Variant) {
	t := v.table()
	for i, used := range InjectedDescriptors() {
		if d := t[i].section; d != nil {
			*used = d
		}
	}
}

// InjectedDescriptors returns where the descriptors in use stand, in the order of
// the variants' tables.
func InjectedDescriptors() [sectionCount]**Descriptor {
	i, s := &Injected, &InjectedStack
	return [sectionCount]**Descriptor{&i.Add, &i.AddFloat64, &i.Step, &i.Leave, &i.AddIfZero, &i.Take, &i.NextInBlock, &i.Max, &s.Push, &s.Pop, &s.PushBatch, &s.PopBatch, &InjectedRow.Observe}
}
