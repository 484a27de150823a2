package asm

// This file is the specification of every operation in this package. It has
// no code: each architecture's sections file implements this text.
//
// All operations begin alike:
//
//	entry:
//	    slot0 = *w
//	    if slot0 <= 0: goto other
//	    area = anchor + setup.areaOffset        // anchor: see below
//	    if area == 0: goto slow                 // thread not registered yet
//	    if not mine(area): goto slow            // arm64 only: see below
//	    area.rseq_cs = &descriptor              // [1] first side effect
//	    index = *(u32*)(area + setup.indexOffset)  // [2] cpu_id or mm_cid
//	    if index >= setup.slots: goto slow      // unsigned, so -1 and -2 too
//	    if (s32)area.cpu_id < 0: goto slow      // mm_cid reads 0 in an area
//	                                            // that someone unregistered
//	    cell = slot0 + index << StrideShift
//	    ... the operation's own loads and arithmetic ...
//	    commit: one store                       // [3] last instruction
//	post_commit:
//	    return
//	abort:
//	    goto entry
//	slow:
//	    tail-jump to the Go slow path with the same arguments
//
// The descriptor's start_ip is entry, not [1]. That is allowed: before [1]
// the kernel finds no address in rseq_cs, or a stale one, whose section the
// instruction pointer is not in or which is this one's own, restarted for
// nothing. It keeps start_ip a symbol, so that it needs no audit.
//
// An abort goes to entry and not to [2] because the kernel clears rseq_cs
// when it aborts, and because the thread may since run on another CPU, may
// have been unregistered, or may be resumed as another goroutine's thread
// only after the operation is over.
//
// All arguments stay in the caller's frame (ABI0), so a restart finds them
// untouched; registers are dead at entry. Nothing before [3] writes memory
// that anyone else reads. Nothing after [2] leaves the function but by [3] or
// by the jump to slow, which is outside the section.
//
// The anchor is the word at FS:0 on amd64. In a process that uses a C
// library it is the thread control block's self pointer, and setup.areaOffset
// is libc's __rseq_offset. In a pure Go process it is a spare word of the
// runtime's per-thread block, zero in a new thread, in which rseqbackend
// stores the address of the area that it registered; setup.areaOffset is 0.
//
// On arm64 the anchor is TPIDR_EL0: the thread pointer in a process that uses a
// C library, with setup.areaOffset as above. In a pure Go process nobody uses
// the register, rseqbackend stores the address of the area there, and
// setup.areaOffset is 0. But clone hands the register down to new threads, so
// an area of our own names its thread in the word before it, and
//
//	mine(area) = setup.areaOffset != 0 || *(area + OwnerOffset) == m
//
// where m is the address of the runtime's structure of this thread, read through
// g. In a position-independent executable the main thread, and all that it
// began, have the address of ld.so's thread block instead, before which there is
// always readable memory, and no m's address.
//
// A commit is a release where the operation says so: it pairs with atomic loads
// of the word by others, and costs nothing on amd64.
//
// # Add(w, delta)
//
// Adds delta to the cell, modulo 2^64.
//
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	other:
//	    if slot0 == 0 or slot0 is odd: goto slow // on arm64, always
//	    slot0 = -slot0                          // see HintWord
//	    hint = RDPID & 0xfff                    // Linux: TSC_AUX = node<<12 | cpu
//	    if hint >= setup.hintSlots: goto slow
//	    atomic *(u64*)(slot0 + hint << StrideShift) += delta
//	    return
//
// The second half is the atomic backend's: no critical section, the hint may
// be stale as soon as it is read, the addition is atomic. It stands here
// because the leaf is the only call on the hot path.
//
// # AddFloat64(w, delta)
//
// Adds the float64 delta to the cell, whose bits are a float64.
//
//	    sum = *(f64*)cell + delta
//	    commit: *(f64*)cell = sum
//	other:
//	    goto slow                               // needs a compare-and-swap loop
//
// # CompareAndStore(w, old, new) bool
//
// Stores new into the cell if the cell holds old, and reports whether it did.
//
//	    if *(u64*)cell != old: goto differs     // differs is outside the section
//	    commit: *(u64*)cell = new               // release
//	post_commit:
//	    return true
//	differs:
//	    return false
//	other:
//	    goto slow
//
// # AddIfZero(w, delta) bool
//
// Adds delta to the cell if the guard behind w (type Guarded) is zero, and
// reports whether it did. Who makes the guard non-zero and then fences knows
// that no addition is under way and that none will come.
//
//	    if w.guard != 0: goto closed            // closed is outside the section
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return true
//	closed:
//	    return false
//	other:
//	    goto slow
//
// The load of the guard is an acquire and the commit a release: an RWMutex's
// readers see what was written before the guard became zero, and have finished
// what they did before the addition.
//
// # AddOrShare(w, delta)
//
// Adds delta to the cell if the guard is zero, and to the word that all CPUs
// share otherwise.
//
//	entry:
//	    if w.guard != 0: goto shared            // saves the section; it looks again
//	    ... as above ...
//	    if w.guard != 0: goto shared            // shared is outside the section
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return
//	other:
//	    goto slow
//	shared:
//	    sum = (atomic w.shared += delta)
//	    if sum >= 0: return
//	    if sum < Claimed: tail-jump to SharedClaimed with the same arguments
//	    tail-jump to SharedNegative with the same arguments
//
// The second half is the slow path of an RWMutex's readers, here because with
// frequent writers it is their only one.
//
// # AddOrElse(w, delta, arg)
//
// Adds delta to the cell if the guard is zero. It is AddIfZero without a result:
// who is refused finds himself on the slow path, and arg is for him.
//
//	    if w.guard != 0: goto slow
//	    sum = *(u64*)cell + delta
//	    commit: *(u64*)cell = sum
//	post_commit:
//	    return
//	other:
//	    goto slow
//
// # Spin(state, turns) aborted
//
// Waits in a section, to find out whether the kernel aborts it. It begins
// differently: it has no cell, and its store to *state before the commit is
// seen by the thread that is to interrupt it.
//
//	entry:
//	    area = anchor + setup.areaOffset
//	    if area == 0: return false
//	    area.rseq_cs = &descriptor              // [1]
//	    *state = SpinStarted
//	    repeat turns times: nothing
//	    commit: *state = SpinFinished           // [3]
//	post_commit:
//	    return false
//	abort:
//	    return true
