// Package atomicbackend does the operations of package backend with atomic
// instructions on per-CPU memory. It works on every platform and needs no
// kernel support: what it takes from the kernel or the processor is a hint.
//
// # Slots and hints
//
// A cell begins alone, as one word. When threads meet there, often and at short
// distances, it gets slots, and an operation goes to the one that a hint names: the
// number of the CPU that the caller ran on a moment ago. A stale hint costs time,
// never an update, because all writes are atomic.
//
//	platform                    hint                                     who meets
//	linux/amd64 with RDPID      the CPU's number, read by the leaf       threads
//	everything else             a hash of the goroutine's stack address  goroutines
//
// The first is for Go versions whose calls are known (see package feature).
//
// Other ways to the CPU's number cost more than the contention they would save:
// getcpu(2) without the vDSO, which Go programs can't call, and RDTSCP, which
// waits for all earlier loads.
//
// With a CPU's number there are as many slots as possible CPUs, of which those in
// use are read; with a hash, as many as processors, rounded up to a power of two. It
// has no stacks: package primitives has shelves for lists instead.
package atomicbackend
