package asm

// This file is the specification of every operation in this package, but for
// those on stacks, which are in stack_spec.go, and on rows, in row_spec.go. It has no code: each architecture's
// files implement this text.
//
// All operations with a critical section begin alike:
//
//	entry:
//	    if SP <= g.stackguard0: goto slow       // the goroutine is to yield: see Leaves
//	    slot0 = *w
//	    if slot0 <= 0: goto other
//	    area = found as the variant says        // see Variants
//	    if there is none: goto slow, or away    // thread not registered yet, or given up
//	    area.rseq_cs = &descriptor              // [1] first side effect
//	    index = area.cpu_id or area.mm_cid      // [2]
//	    if (s32)area.cpu_id < 0: goto slow      // mm_cid reads 0 in an area
//	                                            // that someone unregistered
//	    if index >= setup.slots: goto slow      // unsigned
//	    cell = slot0 + index << StrideShift
//	    ... the operation's own loads and arithmetic ...
//	    commit: one store                       // [3] last instruction
//	post_commit:
//	    return
//	abort:
//	    goto entry
//	slow:
//	    tail-jump to the slow path with the same arguments
//
// The descriptor's start_ip is entry, not [1]. That is allowed: before [1]
// the kernel finds no address in rseq_cs, or a stale one, whose section the
// instruction pointer is not in or which is this one's own, restarted for
// nothing. It keeps start_ip a symbol.
//
// An abort goes to entry and not to [2] because the kernel clears rseq_cs
// when it aborts, and because the thread may since run on another CPU, may
// have been unregistered, or may be resumed as another goroutine's thread
// only after the operation is over.
//
// Arguments are in registers, none of which changes before [3], so a restart
// finds them; all other registers are dead at entry. Nothing before [3] writes
// memory that anyone else reads. Nothing after [2] leaves the function but by [3]
// or by a jump out of the section. TestSectionsDisassembled looks at all that.
//
// A commit is a release where the operation says so: it pairs with atomic loads
// of the word by others, and costs nothing on amd64.
//
// # Leaves
//
// Go calls a leaf through a variable, in registers, and gives it the slow path: a
// func value whose parameters are the leaf's own before it. So a jump with the
// context register set is all that it takes to go on there, and what the slow path
// may spill of its arguments has room in the caller's frame, which reserved it for
// the leaf's.
//
// Assembly can't be preempted. A loop of leaves would hold up who stops the world,
// as every collection does, or waits for a P, until a signal happens to land
// between two of them. So a leaf looks, as every Go function's prologue does, and
// goes the slow path, which has a prologue.
//
// # Variants
//
// How a thread's area is found and which of its fields is the index is decided
// once for a process, and each variant of the leaves does just that.
//
//	OwnCPUID, OwnMMCID     the anchor holds the address of an area of our own, if it is
//	                       positive; 0: goto slow; negative: goto away
//	LibcCPUID, LibcMMCID   the area is setup.areaOffset bytes from the thread pointer;
//	                       on arm64, where that may be seen late, 0 means slow
//	Hints                  amd64: no sections; *w is 0 or less, or the operation is slow,
//	                       as all but Add, AddFloat64 and Leave are
//	Portable               Go functions, portable.go
//
// On amd64 the anchor is the word at FS:0: in a pure Go process a spare word of the
// runtime's per-thread block, zero in a new thread, in which rseqbackend stores the
// address of the area that it registered. On arm64 it is TPIDR_EL0, which nobody
// uses there. But clone hands that register down to new threads, so an area of our
// own names its thread in the word at OwnerOffset, and
//
//	mine(area) = *(area + OwnerOffset) == m     // or else slow; of -anchor, too
//
// where m is the address of the runtime's structure of this thread, read through
// g. In a position-independent executable the main thread, and all that it
// began, have the address of ld.so's thread block instead, before which there is
// always readable memory, and no m's address.
//
// The thread pointer of a process that uses a C library is FS's base, or TPIDR_EL0,
// and its areas are always there: libc's own, or those of package cgotls.
//
// # Slots
//
// setup.slots bounds the slots in use. Who finds his index beyond it raises it, in
// the slow path, before anything is written there; so a sum that visits the slots
// in use misses nothing that it must see.
//
// OverflowSlots slots stand before slot 0. A thread that could not be registered
// has minus the address of an area of our own in its anchor. It counts there what it
// does without an index, in the word at OverflowsOffset, and adds atomically to the
// slot
//
//	overflow(slot0, area) = slot0 - (OverflowSlots - area / page % OverflowSlots) << StrideShift
//
// # Add(w, delta, slow)
//
// Adds delta to the cell, modulo 2^64.
//
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	away:
//	    atomic *(u64*)overflow(slot0, area) += delta
//	    return
//	other:
//	    if slot0 == 0: goto slow                // on arm64, always
//	    if the hint is a hash: goto slow        // setup.hashMask != 0
//	    atomic *hinted(w, slot0) += delta
//	    return
//
// where, with the processor's hint, RDPID on amd64,
//
//	hinted(w, slot0) =
//	    if slot0 is a HintWord: -slot0 + hint << StrideShift, or slow if
//	        hint >= setup.hintSlots
//	    if slot0 is an AloneWord of this hint: &w.local
//	    else slow
//
// The last part is the atomic backend's: no critical section, the hint may be stale
// as soon as it is read, the addition is atomic. A cell to which only one hint comes
// is one word at a known address: to load first where the slot is would double what
// an atomic addition costs, for no load passes the one before. The portable leaves do
// the same with a hash of the goroutine for a hint.
//
// # AddFloat64(w, delta, slow)
//
// Adds the float64 delta to the cell, whose bits are a float64, unless the sum is
// huge: from 2^1009 on, infinite or no number. Then it is for the slow path to
// put it where it can be taken away again.
//
//	    sum = *(f64*)cell + delta
//	    if sum is huge: goto slow
//	    commit: *(f64*)cell = sum
//	away, other:
//	    the same by compare-and-swap, at the address that Add has
//
// # AddIfZero(w, delta, arg, slow) bool
//
// Adds delta to the cell if the guard behind w (type Guarded) is zero, and
// returns true; else it returns what slow does. Who makes the guard non-zero and
// then fences knows that no addition is under way and that none will come. arg is
// the slow path's.
//
//	    if w.guard != 0: goto slow
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return true
//	other, away:
//	    goto slow
//
// The load of the guard is an acquire and the commit a release: an RWMutex's
// readers see what was written before the guard became zero, and have finished
// what they did before the addition.
//
// # Step(w, word) bool
//
// Adds to the cell what the leaf is bound to, if the guard is zero and word, which the
// caller has loaded from *w, is that of a cell with sections; and returns true. Else it
// returns what the slow path does that it is bound to, with the same arguments.
//
//	    slot0 = word                            // not *w
//	    if w.guard != 0: goto slow              // load and commit as AddIfZero
//	    sum = *(u64*)cell + bound.delta
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return true
//	other, away:
//	    goto slow
//
// It is for callers that inline to a test of the word, an atomic addition to a word that
// all CPUs share, and this call, which is to be no larger than that. So what can be the
// same for all calls is not an argument, but stands behind the leaf's code in what the
// func value points to (type Bound), and is found through the context register, which
// no section of such a leaf changes.
//
// # Leave(w, shared, slow)
//
// Adds -1 to the cell if the guard is zero, and else to the word that all CPUs share.
//
//	    if w.guard != 0: goto shared            // load and commit as AddIfZero
//	    sum = *(u64*)cell - 1
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return
//	other, away:
//	shared:
//	    sum = (atomic *shared -= 1)
//	    if sum >= 0: return
//	    tail-jump to slow(w, sum)
//	slow:
//	    tail-jump to slow(w, NotAdded)
//
// # Take(w, n, slow) bool
//
// Takes n of what the cell holds, if it holds that many, and the guard is zero, and
// returns true; else it returns what slow does. A negative n puts -n there. Cells
// without sections are the slow path's: nothing else could hold the guard still.
//
//	    if w.guard != 0: goto slow              // as AddIfZero
//	    if (s64)*cell < n: goto slow            // signed
//	    rest = *(u64*)cell - n
//	    commit: *(u64*)cell = rest
//	post_commit:
//	    return true
//	other, away:
//	    goto slow
//
// # NextInBlock(w, block, slow) u64
//
// Returns the next number of the block that the cell holds, or of block, if that
// one is used up, or returns what slow does if block is 0. A block's numbers are
// those from a multiple of BlockLen to the next, so the cell is the next number, and
// at a multiple there is none. Numbers below the guard count as used up.
//
//	    next = *(u64*)cell
//	    if next % BlockLen == 0 or next < w.guard: next = block
//	    if next == 0: goto slow
//	    commit: *(u64*)cell = next + 1
//	post_commit:
//	    return next
//	other, away:
//	    goto slow
//
// # Max(w, v, slow)
//
// Makes the cell v if v is larger, and the guard zero. The order is that of
// unsigned numbers, because 0, which a cell begins with, must be less than all.
//
//	    if w.guard != 0: goto slow              // as AddIfZero
//	    if v <= *(u64*)cell: return             // outside the section; unsigned
//	    commit: *(u64*)cell = v
//	post_commit:
//	    return
//	other, away:
//	    goto slow
//
// # Part(p, o, slow) pointer
//
// Returns the pointer that stands in a table, p (type Parts), at the index of the
// slot that an operation would use now, or at the hint, or what slow does if there is
// none. o is the slow path's. It has no section: the thread may be on another CPU as
// soon as the index is read.
//
//	    if SP <= g.stackguard0: goto slow
//	    area = found as the variant says; away is slow
//	    index = area.cpu_id or area.mm_cid      // Hints, Portable: the hint
//	    if (s32)area.cpu_id < 0: goto slow
//	    if index >= p.n: goto slow              // unsigned
//	    part = p.table[index]
//	    if part == 0: goto slow
//	    return part
//
// Tables, and what stands in them, are Go memory, so the collector sees them, and Go
// writes them: p.table and p.n once, in this order, and each pointer once. A
// processor that reads n without the table finds none, and goes the slow path; what
// it reads through a pointer it finds as it was when that was written, for the
// address depends on it.
//
// # Spin(state, turns) aborted
//
// Waits in a section, to find out whether the kernel aborts it. It is no leaf: Go
// calls it as assembly usually is. It begins differently: it has no cell, takes
// any process's anchor and offset, and its store to *state before the commit is
// seen by the thread that is to interrupt it.
//
//	entry:
//	    area = anchor or thread pointer + setup.areaOffset
//	    if area == 0, or the thread was given up: return false
//	    area.rseq_cs = &descriptor              // [1]
//	    *state = SpinStarted
//	    repeat turns times: nothing
//	    commit: *state = SpinFinished           // [3]
//	post_commit:
//	    return false
//	abort:
//	    return true
