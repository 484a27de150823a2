package asm

import "structs"

// Area is the rseq area of one thread, struct rseq of <linux/rseq.h>. The
// kernel extends it at the end (fields slice_ctrl and later); how much of it
// is valid is a fact of the process, see package feature, not of this type.
//
// Between registration and the thread's end user space may write RseqCS only:
// kernels from 7.0.10 and 7.1 kill a process that wrote another field of an
// area registered with more than 32 bytes.
type Area struct {
	_          structs.HostLayout
	CPUIDStart uint32 // a valid CPU number at all times, even when not registered
	CPUID      int32  // the CPU, or if it is not registered a negative number, see below
	RseqCS     uint64 // address of the current section's Descriptor, or 0
	Flags      uint32 // 0
	NodeID     uint32 // kernel 6.3, feature size >= 24
	MMCID      uint32 // kernel 6.3, feature size >= 28
	_          uint32
}

// Values of Area.CPUID that are no CPU number. The kernel writes only the
// first, on unregistration; user space writes any, into areas that are not
// registered. The third is ours: package rseqbackend has tried what can be tried.
const (
	CPUIDUninitialized      = -1
	CPUIDRegistrationFailed = -2
	CPUIDGivenUp            = -3
)

// OrigAreaSize is the length and alignment of the area in the first version
// of the ABI (kernel 4.18). Every later kernel accepts it.
const OrigAreaSize = 32

// What stands before an area of our own, each on a page of its own; see spec.go.
const (
	OwnerOffset     = -8  // whose it is
	OverflowsOffset = -16 // operations that its thread did on overflow slots without Go
)

// areaPageShift is the binary logarithm of the size of that page.
//
//lint:ignore U1000 used by the assembly files
const areaPageShift = 12

// OverflowSlots is the number of overflow slots, which stand before slot 0, a power
// of two.
const OverflowSlots = 8

// Descriptor is struct rseq_cs of <linux/rseq.h>: the critical section
// [StartIP, StartIP+PostCommitOffset) and where to go when it is interrupted.
// The kernel demands a zero version and no flags, AbortIP outside the
// section, and Signature in the four bytes before AbortIP; it answers anything
// else with SIGSEGV.
type Descriptor struct {
	_                structs.HostLayout
	Version          uint32
	Flags            uint32
	StartIP          uint64
	PostCommitOffset uint64
	AbortIP          uint64
}

// StrideShift is the binary logarithm of the distance in bytes between a
// cell's words in neighbouring slots. It is a constant because every section
// shifts by it.
const StrideShift = 16

// Section describes a critical section to those who audit it.
type Section struct {
	Name       string      // of the operation, as in spec.go
	Variant    Variant     // that it belongs to; Portable: to all
	Entry      uintptr     // of the function, where the section begins
	Descriptor *Descriptor // static, in read-only memory
	Commit     string      // encoding of the commit instruction, which must end at post_commit
	After      string      // encoding of what follows it: the return
	Restarts   bool        // whether its abort handler jumps to the entry
}

// hugeExponent is the biased exponent of 2^1009, from which on a float64 is huge: not
// added to a slot. Infinities and NaNs are, too. So the sum of all slots, of which
// there are less than 2^14, is finite.
const hugeExponent = 1023 + 1009

// What Spin says in its state.
const (
	SpinStarted  = 1 // the section was entered
	SpinFinished = 2 // it was left at its end
)
