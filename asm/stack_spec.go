package asm

// This file specifies the operations on stacks, as spec.go does those on cells;
// labels and numbers are the same. It has no code.
//
// A stack has a block in each slot: a header, and s.Capacity items behind it.
//
//	header    bits 0-9: count; above: number of Pops so far
//	items     item[0] at the bottom to item[count-1] on top; the rest is dead
//
// All operations begin alike. word is the one of s that the operation names:
//
//	entry:
//	    if SP <= g.stackguard0: goto slow
//	    area = as in spec.go; away is slow
//	    area.rseq_cs = &descriptor              // [1]
//	    slot0 = s.word                          // [1a] load-acquire
//	    if slot0 <= 0: goto slow                // none, another backend's, or closed
//	    index = area.cpu_id or area.mm_cid      // [2]
//	    if (s32)area.cpu_id < 0: goto slow
//	    if index >= setup.slots: goto slow
//	    header = slot0 + index << StrideShift
//	    count = *header & StackCountMask
//
// # Closing a stack
//
// [1a] is what lets another thread empty all slots, which otherwise only their
// own CPUs' sections write. It stores NoWord to the words of s and then has the
// kernel restart the sections on every CPU (membarrier). Think of a section as
// interrupted where it stands at that time:
//
//   - before [1]: it is not restarted, but its [1a] comes after the fence and sees
//     the store. A look before [1], as operations on cells have, would not do.
//   - from [1] to the commit: it starts again, and its [1a] sees the store.
//   - behind the commit: the thread that closed the stack sees the commit, as
//     membarrier is a full barrier on both sides.
//
// So no section commits to a closed stack. A thread that was preempted in a
// section is restarted before it goes on, as always.
//
// The slots are written, plainly, before the words are stored again, and [1a]
// is a load-acquire, so that a section which finds the stack open reads slots as
// they were left. On amd64 every load is one.
//
// [1] writes to the area though the stack may turn out to be no section's. The area is
// there nevertheless: no variant is in use before setup says where.
//
// # Push(s, x, o, slow)                        // word: PushWord
//
// Pushes x. What stands before x is read only if it is on the same page, which is
// mapped if x is any Go pointer; what begins a page is the slow path's, as nil is.
//
//	    if x & (page - 8) == 0: goto slow
//	    if *(u64*)(x - 8) ^ x != s.Tag: goto slow   // not an object of the owner's
//	    if count >= s.Capacity: goto slow
//	    item[count] = x                         // dead until the commit
//	    commit: *header += 1                    // [3]
//	slow:
//	    tail-jump to slow(s, x, o)
//
// # Pop(s, o, slow) x                          // word: PopWord
//
// Pops x.
//
//	    if count == 0: goto slow
//	    x = item[count-1]
//	    commit: *header += 1 << StackCountBits - 1  // [3] one Pop more, one item less
//	post_commit:
//	    return x
//	slow:
//	    tail-jump to slow(s, o)
//
// # PushBatch(s, items, n) pushed              // word: Batch
//
// Pushes items[0] to items[n-1], which is then on top, or nothing.
//
//	    if count + n > s.Capacity: return 0     // outside the section
//	    item[count ... count+n-1] = items[0 ... n-1]  // dead until the commit
//	    commit: *header += n                    // [3]
//	post_commit:
//	    return n
//	slow:
//	    return -1
//
// # PopBatch(s, items, n) popped               // word: Batch
//
// Pops at most n items. What was on top is the last of them.
//
//	    n = min(n, count)
//	    if n <= 0: return 0                     // outside the section
//	    items[0 ... n-1] = item[count-n ... count-1]  // the caller's memory: a restart writes it again
//	    commit: *header -= n                    // [3]
//	post_commit:
//	    return n
//	slow:
//	    return -1
