package asm

// This file specifies the operation on rows of buckets. Read spec.go first.
//
// A row is, in each slot, as many buckets as a histogram has, one behind the other. A
// bucket counts observations and sums them up. Both change at once: for the threads of
// its CPU, of which no interrupt sees one without the other, and for who fences.
//
// # Observe(w, from, v, slow)
//
// Counts v in the first bucket from from on whose bound is not less than v. w is the address
// of a Row. The bounds end in +Inf.
//
//	entry:
//	    if SP <= g.stackguard0: goto slow
//	    if v is NaN or w.bounds == nil: goto slow
//	    i = from
//	    while v > w.bounds[i]: i += 1
//	    area.rseq_cs = &descriptor              // [1]
//	    index                                   // [2], as all
//	    slot0 = *w
//	    if slot0 <= 0: goto slow
//	    bucket = slot0 + index << StrideShift + i * BucketSize
//	    sum = bucket.sum + v
//	    if sum is huge: goto slow               // as AddFloat64
//	    commit: bucket.sum, bucket.count = sum, bucket.count + 1
//	post_commit:
//	    return
//	away:
//	    goto slow
//
// *w is read behind [1], unlike elsewhere. Who changes it and then fences knows that the row
// it held before is at rest: nobody observes there any more, and all who did have been
// seen. So two rows can take turns, without a guard.
//
// The commit is one store on amd64: of 16 bytes, aligned, the sum below the count. An
// interrupt comes before an instruction or after it. Others may see the halves apart.
//
// On arm64 an interrupt may come between the halves of a pair that is stored, where the
// processor lacks FEAT_LSE2. There a bucket has two sums, and its count says by the
// lowest bit which one holds:
//
//	    count = bucket.count
//	    sum = bucket.sums[count & 1] + v
//	    bucket.sums[1 - count & 1] = sum        // nobody reads it yet
//	    commit: bucket.count = count + 1        // a release
//
// LoadBucket, who reads a count, the sum and the same count again has read a pair.
