//go:build gc && !purego

package feature

import "sync"

// askCPUID asks the processor that executes this, be it made of silicon or of
// software. Package cpuid does too, but keeps RDPID's flag to itself.
func askCPUID(leaf, subleaf uint32) (eax, ecx uint32)

// rdpid reports whether the processor has RDPID. /proc/cpuinfo is not asked: it
// speaks of the machine's processor, and under an emulator (valgrind, qemu-user)
// that is another one. The kernel writes TSC_AUX, whence RDPID reads, on every
// CPU that knows RDTSCP or RDPID (setup_getcpu in arch/x86/kernel/cpu/common.c).
//
// It is remembered, as a virtual machine's monitor may have to be asked.
var rdpid = sync.OnceValue(func() bool {
	const (
		features = 7       // leaf of the structured extended features
		flag     = 1 << 22 // in ECX
	)
	if last, _ := askCPUID(0, 0); last < features {
		return false
	}
	_, ecx := askCPUID(features, 0)
	return ecx&flag != 0
})
