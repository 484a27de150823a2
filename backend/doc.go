// Package backend is what the primitives are written against: the Backend
// interface, the geometry of per-CPU memory, cells in it, and the choice of a
// backend.
//
// # Terminology
//
//   - slot: one CPU's part of the per-CPU memory, or an overflow slot.
//   - cell: one 64-bit word in each slot, at the same offset in all of them.
//     Its value is the sum over all slots.
//   - stride: the distance between slots, 1 << StrideShift bytes.
//   - overflow slot: a slot that only atomics write, for threads that can't
//     use the backend's own way of writing. These slots stand before slot 0.
//   - slots in use: those that may have been written. They are raised by who comes
//     to a slot above, before it is written, and are what sums are made of; where
//     hundreds of CPUs are possible and few are there, few are visited.
//   - leaf: an operation as the hot path calls it, see package asm. Who calls one
//     gives it the slow path as an argument.
//   - stack: a header and some words in each slot, a bounded stack of its CPU's.
//   - line: 64 bytes of a slot; group: 64 neighbouring cells, the unit in
//     which cells are recycled.
//
// # Memory
//
// Cells of one CPU are packed together, as the kernel's alloc_percpu packs
// them; nothing is padded, because a cell's neighbours belong to the same CPU:
//
//	            group 0          group 1              stride
//	overflow    [c0 c1 … c63]    [c64 …    ]   …
//	slot 0      [c0 c1 … c63]    [c64 …    ]   …      |
//	slot 1      [c0 c1 … c63]    [c64 …    ]   …      |
//	…
//
// The memory is not Go's: the collector neither scans nor moves it, and no Go
// pointer may be stored in it. A page that no CPU has touched costs nothing. A
// cell's group is kept by a small Go object, its lease, to which the Cell
// points; when the last Cell of a group is unreachable, the group is zeroed and
// used again. So a Cell may live anywhere a Go value may live, globals and
// stacks included.
//
// # Invariants
//
//   - A word in a slot below Geometry.Slots has one kind of writer: rseq
//     commits, or atomics, never both. Readers sum all words.
//   - The word of a Cell changes once, from unattached to attached.
//   - Whatever a backend can't do on the calling thread it does on an overflow
//     slot; what has no memory, or no backend yet, is done on a word inside the
//     Cell.
//   - A slow path registers its thread at most once, and tries the section at most
//     once more; then it goes to an overflow slot. Nobody calls a leaf back with the
//     slow path that he came by.
//
// # Selection
//
// Select opens candidates in order and keeps every rejection with its cause.
// It is pure: the list of candidates, the environment and the cache belong to
// package primitives.
//
// # Errors
//
// ErrNotSupported in an error's chain makes it conclusive: asking again gives
// the same answer. The errno, where there is one, is in the chain too.
package backend
