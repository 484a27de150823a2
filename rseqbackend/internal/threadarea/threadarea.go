// Package threadarea is where package cgotls leaves what package rseqbackend
// needs of it. Neither imports the other's dependencies: without cgotls in the
// program, no C gets into it.
package threadarea

// Provider is a place for an rseq area in the thread block of a C library.
type Provider struct {
	// Offset is where the area begins, in bytes from the thread pointer, in
	// every thread. A thread that has not used it finds cpu_id −1 there.
	Offset int64

	// Size and Align are the area's, in bytes.
	Size, Align uint32

	// Keep arranges for the calling thread's area to be unregistered before
	// libc frees its memory; it must come before the registration. length is
	// what will be registered. It returns an errno, or 0.
	Keep func(length uint32) int

	// LibcOffset and LibcSize are __rseq_offset and __rseq_size, as the linker
	// found them, if Libc says that it did.
	Libc       bool
	LibcOffset int64
	LibcSize   uint32
}

// Linked is set by cgotls, as it is initialized, and by nobody else.
var Linked *Provider
