// Package asm holds the restartable sequences of package percpu: the layout
// of the rseq area and of a critical section's descriptor, and the critical
// sections themselves, hand-written for each architecture.
//
// It is the bottom of the module. It makes no system call, allocates nothing
// and decides nothing: packages rseqbackend and atomicbackend set it up (Setup,
// SetupHints, Use), callers supply the slow paths, and only package backend has
// reason to call the operations.
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
//   - leaf: an operation as Go calls it, in registers, through a variable.
//   - variant: the leaves for one way of finding a thread's area and one index.
//   - word (type Word): what an operation is called with. It holds the address
//     of the cell in slot 0 and, in its sign and lowest bit, how the cell may
//     be reached.
//
// # Specification
//
// spec.go, stack_spec.go and row_spec.go state every operation once, in pseudo-code. The
// assembly of every architecture implements that text, takes its label names from
// it, and repeats it with registers for variables above each TEXT. It has each
// operation once, in a header, which each variant's file includes.
//
// # Files
//
//	spec.go, stack_spec.go,
//	row_spec.go                   the specification
//	leaf.go, leaf_gc.go           the variables, and which code they call
//	portable.go                   the same in Go
//	cells_, guarded_, stacks_,
//	rows_*.h                      the operations; section_*.h: what they share
//	own_, libc_, hints_*.s        the variants
//	thread_*.s                    what is called once for a thread
//	commits_*.h                   offsets of post_commit; go generate writes them
//	encodings.go                  how sections end, for who looks for that
//
// # Platforms
//
//	linux/amd64, linux/arm64, gc, tag purego absent    *.s
//	everything else                                    portable.go: nothing is a section
//
// Tag percpuinject builds sections that wait before and after committing, count
// their aborts and take their descriptor from a variable, for tests that must
// see aborts and must notice a broken descriptor. Never ship such a build.
//
// # Debuggers, and what is not promised
//
// A thread that is stopped inside a section is aborted, and starts again when it
// goes on: breakpoints elsewhere, core dumps and detaching are harmless. Stepping by
// instruction through a section never gets to its end, for every step is an
// interrupt; step over it.
//
// A breakpoint or a uprobe inside a section, behind its first instruction, loses
// updates: the instruction under it is executed out of line, where the kernel does
// not see the thread in the section. At a leaf's entry both are harmless.
package asm
