//go:build !percpuinject || !linux || !(amd64 || arm64) || !gc || purego

package asm

// Injecting says whether tests can delay and miswrite the sections.
const Injecting = false

//lint:ignore U1000 used where there are sections
func useDescriptors(Variant) {}
