package primitives

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Quota bounds how much of something is out at once: requests in flight, bytes
// buffered, files open. It replaces an atomic.Int64 that is compared with a limit, a
// mutex around one, or a buffered channel of tokens, where many goroutines take and
// put, and the limit is seldom reached. The bound is exact: never is more out than the
// limit, and TryTake fails only if at some moment of the call less than it wanted was
// free.
//
// It is not for waiting: who finds nothing free is told so. Nor does it limit how
// often something is done in a time; see Limiter.
//
// Free tokens lie on the CPUs that put them, or in batches that those take, and are
// called back when a TryTake finds too few. That costs a fence, so from then on a
// Quota works on one atomic word, until half is free again and a millisecond has
// passed. On a backend without sections it always does.
//
// The zero value has a limit of 0, so nothing can be taken. A Quota must not be copied
// after first use. It costs 192 bytes, and 8 on each CPU that uses it.
//
// In the terminology of the Go memory model TryTake and Put are writes, Available,
// InUse and Limit are reads, and none synchronizes.
//
// To put more than was taken is misuse. It is noticed, at the latest when tokens are
// called back, by a panic in whoever does that; what is out is then not known. Where the
// default backend was asked for by name and can't be had, TryTake may panic, and has done
// nothing.
type Quota struct {
	_     noCopy
	purse purse // first: slow paths get its address
	limit int64
	alone atomic.Bool // no backend will do for the purse: free is all there is

	_    [64]byte     // what is before is read by all
	free atomic.Int64 // tokens that are free and in no purse, above flagBits
	mu   sync.Mutex   // moves tokens between free and the purse
	_    [32]byte
}

// Flags in Quota.free.
const (
	purseMayHold = 1 << iota // there may be tokens in the purse; else one look at the word tells how much is free

	flagBits = iota
)

const maxLimit = 1 << 60

// NewQuota returns a quota of limit tokens, all free. It panics if limit is negative
// or more than 2^60.
func NewQuota(limit int64, opts ...Option) *Quota {
	if limit < 0 || limit > maxLimit {
		panic(fmt.Sprintf("percpu: NewQuota(%d): less than 0 or more than 2^60", limit))
	}
	q := new(Quota)
	q.limit, q.purse.want = limit, collect(opts).backend
	q.free.Store(limit << flagBits)
	return q
}

// TryTake takes n tokens and returns true, or none and returns false. It panics if n
// is negative.
func (q *Quota) TryTake(n int64) bool {
	if n < 0 {
		panic(takeNegative)
	}
	return q.purse.cell.Take(n, quotaSlow)
}

// Put gives back n tokens that were taken, perhaps by another goroutine or in several
// parts. It panics if n is negative or more than 2^60.
func (q *Quota) Put(n int64) {
	if uint64(n) > maxLimit { // two of them could wrap around, and not be noticed
		panic(putTooMuch)
	}
	q.purse.cell.Take(-n, quotaSlow)
}

const (
	takeNegative = "percpu: Quota.TryTake of less than 0"
	putTooMuch   = "percpu: Quota: less than nothing, or more than was taken, was put"
)

// Limit returns how many tokens there are.
func (q *Quota) Limit() int64 { return q.limit }

// Available returns how many tokens are free: exactly, if nobody takes or puts
// meanwhile. It visits every CPU's part.
func (q *Quota) Available() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	free := q.free.Load() >> flagBits
	if q.purse.state == purseOpen {
		free += int64(q.purse.cell.Cell().Sum())
	}
	return min(max(free, 0), q.limit)
}

// InUse returns how many tokens are out, as Available does.
func (q *Quota) InUse() int64 { return q.limit - q.Available() }

// quotaSlow takes n, or puts -n, where no section has.
func quotaSlow(w unsafe.Pointer, n int64) bool {
	q := (*Quota)(w)
	switch {
	case !q.alone.Load():
		return q.slow(n)
	case n < 0:
		q.putFree(-n)
		return true
	}
	for f := q.free.Load(); f>>flagBits >= n && n <= q.limit; f = q.free.Load() {
		if q.free.CompareAndSwap(f, f-n<<flagBits) {
			return true
		}
	}
	return false
}

// slow is quotaSlow where there is a purse, or may be.
func (q *Quota) slow(n int64) bool {
	if n < 0 {
		q.put(-n)
		return true
	}
	for {
		f := q.maybeOpen(q.free.Load())
		switch {
		case n > q.limit:
			return false
		case f&purseMayHold != 0:
			if took, known := q.takeShared(n); known {
				return took
			}
		case f>>flagBits < n:
			return false
		case q.free.CompareAndSwap(f, f-n<<flagBits):
			return true
		}
	}
}

func (q *Quota) put(n int64) {
	f := q.free.Load() // and not maybeOpen: who gives back is not to learn that there is no backend
	if f&purseMayHold != 0 && q.purse.cell.TakeSlow(-n) {
		return
	}
	q.putFree(n)
}

// putFree puts n where all see them.
func (q *Quota) putFree(n int64) {
	if n > q.limit {
		panic(putTooMuch)
	}
	// Without a sign twice the largest limit fits, too.
	if f := q.free.Add(n << flagBits); uint64(f)>>flagBits > uint64(q.limit) {
		q.free.Add(-n << flagBits)
		panic(putTooMuch)
	}
}

// takeShared takes n for a caller whose CPU has not got as many, and lends the CPU
// some more. If there are too few it calls all back: then the caller may see for
// itself. Tokens are on their way only with mu locked, so nobody misses them.
func (q *Quota) takeShared(n int64) (took, known bool) {
	if q.purse.cell.TakeSlow(n) { // the thread was new, or was to yield
		return true, true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		f := q.free.Load()
		free := f >> flagBits
		if f&purseMayHold == 0 {
			return false, false
		}
		if free < n {
			q.callBack()
			return false, false
		}
		lent := min(share(q.limit), free-n)
		if q.free.CompareAndSwap(f, f-(n+lent)<<flagBits) {
			if !q.purse.lend(lent) {
				q.free.Add(lent << flagBits)
			}
			return true, true
		}
	}
}

// callBack moves all tokens into free. Only with mu locked.
func (q *Quota) callBack() {
	tokens := q.purse.collect()
	for {
		f := q.free.Load()
		free := f>>flagBits + tokens
		if q.free.CompareAndSwap(f, min(max(free, 0), q.limit)<<flagBits) {
			if free < 0 || free > q.limit {
				panic(putTooMuch)
			}
			return
		}
	}
}

// maybeOpen lets CPUs hold tokens again if f, which is free, says that most are there,
// and returns what free is then. It costs something to find out, so it is not done each
// time. It may panic, so it comes before anything is changed.
func (q *Quota) maybeOpen(f int64) int64 {
	if f&purseMayHold != 0 || q.alone.Load() || f>>flagBits <= q.limit/2 || rand.Uint32()%openOneIn != 0 || !q.mu.TryLock() {
		return f
	}
	defer q.mu.Unlock()
	switch {
	case q.free.Load()&purseMayHold != 0:
	case q.purse.ready():
		q.free.Or(purseMayHold)
		q.purse.open()
	case q.purse.state == purseNever:
		q.alone.Store(true)
	}
	return q.free.Load()
}

const openOneIn = 16
