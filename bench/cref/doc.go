// Package cref is the C that package percpu is measured against: counters and
// lists such as a C programmer would write with restartable sequences, each in
// a loop of its own, and the same with locked instructions.
//
// It answers one question: how much of an operation's cost is Go's (the call of
// an assembly leaf, arguments on the stack, finding the area), and how much is
// rseq's. Therefore the sections are what a compiler makes of inline assembly:
// inlined into the loop, operands in registers. One of the adds stands in a
// function that is called, as Go's does.
//
// A loop is one call from Go, so that cgo's own cost does not count.
//
// # What is there
//
//	C rseq add                  a word for each CPU, section inlined
//	C rseq add (called)         the same in a function that is not inlined
//	C locked add (slot)         a word for each CPU, cpu_id read outside of any section
//	C locked add (shared)       one word
//	C rseq list pop+push        a linked list for each CPU
//	C Treiber stack pop+push    one linked list, its head with a tag
//
// Whoever holds a node between pop and push counts it, by a plain increment: so
// two holders of one node would show in the sums.
//
// # Where it works
//
// In a process with a glibc that registers rseq, 2.35 or later, on linux/amd64
// and built with cgo. Elsewhere Impls returns a reason.
//
// The package is a module of its own, so that nobody who uses percpu needs a C
// compiler.
package cref
