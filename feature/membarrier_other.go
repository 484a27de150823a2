//go:build !linux

package feature

// MembarrierCommands says no: without rseq there is no section to fence.
func MembarrierCommands() (Membarrier, error) { return 0, no("membarrier syscall", errOtherOS) }
