// Package asm holds the restartable sequences of package percpu: the layout
// of the rseq area and of a critical section's descriptor, and the critical
// sections themselves, hand-written for each architecture.
//
// It is the bottom of the module. It makes no system call, allocates nothing
// and decides nothing: packages rseqbackend and atomicbackend set it up
// (Setup, SetupHints), package backend supplies the slow paths, and nobody
// else has a reason to import it.
//
// # Terminology
//
//   - rseq area: the 32 or more bytes that a thread has registered with
//     rseq(2). The kernel keeps the fields cpu_id_start, cpu_id, node_id and
//     mm_cid current in it; user space writes only rseq_cs after registration.
//   - critical section: a range of instructions [start_ip, start_ip +
//     post_commit_offset) that the kernel guarantees to have run without
//     preemption, migration or signal delivery, or else to have been left for
//     abort_ip before its last instruction, the commit.
//   - descriptor: the struct rseq_cs that names that range. It must stay
//     mapped for ever: the kernel reads it whenever it finds its address in a
//     thread's rseq_cs.
//   - slot: one CPU's part of the per-CPU memory. Slot s begins s << StrideShift
//     bytes after slot 0.
//   - cell: one 64-bit word in each slot, at the same offset in all of them.
//   - word (type Word): what an operation is called with. It holds the address
//     of the cell in slot 0 and, in its sign and lowest bit, how the cell may
//     be reached.
//
// # Specification
//
// spec.go states every operation once, in pseudo-code. The assembly of every
// architecture implements that text, takes its label names from it, and
// repeats it with registers for variables above each TEXT.
//
// # Platforms
//
//	linux/amd64, tag purego absent    *_linux_amd64.s
//	linux/arm64, tag purego absent    *_linux_arm64.s
//	everything else                   sections_other.go: every operation is its slow path
//
// Tag percpuinject builds sections that wait before and after committing, count
// their aborts and take their descriptor from a variable, for tests that must
// see aborts and must notice a broken descriptor. Never ship such a build.
//
// # Debuggers
//
// A thread that is stopped inside a section is aborted, and starts again when it
// goes on: breakpoints, core dumps and detaching are harmless. Stepping by
// instruction through a section never gets to its end, for every step is an
// interrupt; step over it.
package asm
