//go:build percpuinject && linux && (amd64 || arm64) && !purego

package asm

// inject turns on the #ifdef const_inject parts of the assembly, through
// go_asm.h.
//
//lint:ignore U1000 used by the assembly file
const inject = 1

// Injecting says whether tests can delay and miswrite the sections.
const Injecting = true

func init() {
	d := descriptors()
	Injected.Add, Injected.AddFloat64, Injected.CompareAndStore = d[0], d[1], d[2]
	g := guardedDescriptors()
	Injected.AddIfZero, Injected.AddOrShare = g[0], g[1]
	Injected.AddOrElse = addOrElseDescriptor()
}
