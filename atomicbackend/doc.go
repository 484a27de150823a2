// Package atomicbackend does the operations of package backend with atomic
// instructions on per-CPU memory. It works on every platform and needs no
// kernel support: what it takes from the kernel or the processor is a hint.
//
// # Slots and hints
//
// An operation goes to the slot that a hint names: the number of the CPU that
// the caller ran on a moment ago. A stale hint costs time, never an update,
// because all writes are atomic.
//
//	platform                    hint
//	linux/amd64 with RDPID      the CPU's number, read by the assembly leaf
//	everything else             a hash of the goroutine's stack address
//
// Other ways to the CPU's number cost more than the contention they would save:
// getcpu(2) without the vDSO, which Go programs can't call, and RDTSCP, which
// waits for all earlier loads.
//
// With a CPU's number there are as many slots as possible CPUs; with a hash, as
// many as processors, rounded up to a power of two.
package atomicbackend
