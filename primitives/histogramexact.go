package primitives

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// exactHistogram counts for a Histogram with WithExactSnapshots, in one of two sets
// of parts and of buckets of a row, the hot one. A Snapshot makes the other one hot and
// waits until the one that was is at rest; then its sum and buckets belong together, and
// stay as they are until the next Snapshot.
//
//	Observe in the row                        Snapshot, under mu
//
//	section:                                  k = hot
//	    buckets = row's, at its beginning     close the row
//	    count and sum up there                hot = the other one
//	                                          open the row on the other one's buckets
//	Observe in cells                          fence
//	                                          until left[k] + all of cells[k] == entered[k]: wait
//	k = hot                                   read sums, cells and buckets of k
//	entered[k] += 1
//	if hot != k: left[k] += 1, again
//	sum[k] += v
//	cells[k][i] += 1
//
// An observation in the row belongs before the Snapshots that close the row after it has
// looked there. The fence makes those that are under way come to their end, or look again.
//
// One in cells belongs before the Snapshots whose change of hot comes after its
// own second look at hot. If it has looked before, its addition to entered was before
// that, and is seen behind the fence; so the Snapshot waits for it. If it looks after,
// it sees that k is not hot any more, and goes elsewhere. Two observations, one of
// which ends before the other begins, look in this order, and nobody finds the row open on
// a set before that is the hot one, or after; so no Snapshot has the second one only.
//
// What has come to the end, left and cells, is read before entered: each that is seen
// there has entered before, visibly, so the two are equal only if none is on its way.
// For those that the Snapshot must wait for the fence has seen to that, and for
// the others that left is added to by an atomic operation.
type exactHistogram struct {
	hot  atomic.Uint32
	_    [60]byte // hot is read with every observation
	sets [2]exactSet

	mu     sync.Mutex      // held by a Snapshot, and to attach
	rested []uint64        // buckets of the set that is not hot
	sum    float64         // and its sum
	rows   backend.Backend // of the row, or nil
}

type exactSet struct {
	entered backend.Cell
	left    atomic.Uint64
	buckets *backend.Buckets // of the row, or nil
	histogramParts
}

func newExactHistogram(bounds int, b backend.Backend) *exactHistogram {
	x := &exactHistogram{rested: make([]uint64, bounds+1)}
	for k := range x.sets {
		if b != nil {
			_ = x.sets[k].entered.Attach(b) // without memory it counts all the same
		}
		x.sets[k].start(bounds, b)
	}
	return x
}

// observe counts v in bucket i.
func (x *exactHistogram) observe(i int, v float64) {
	k := x.hot.Load()
	set := &x.sets[k&1]
	set.entered.Add(1)
	for x.hot.Load() != k {
		set.left.Add(1)
		k = x.hot.Load()
		set = &x.sets[k&1]
		set.entered.Add(1)
	}
	set.sum.AddFloat64(v)
	set.bucket(i).Add(1) // last: see rest
}

// attach opens h's row on a backend, unless a Snapshot is under way: there is a next time.
func (x *exactHistogram) attach(b backend.Backend, h *Histogram) {
	if !x.mu.TryLock() {
		return
	}
	defer x.mu.Unlock()
	r, bounds := h.usedRow(), h.endless()
	if !r.Unused() {
		return
	}
	one, two := backend.NewBuckets(b, len(bounds)), backend.NewBuckets(b, len(bounds))
	if one == nil || two == nil {
		r.Close()
		return
	}
	x.sets[0].buckets, x.sets[1].buckets, x.rows = one, two, b
	r.Open(x.sets[x.hot.Load()].buckets, bounds)
}

// snapshot writes the state of one moment of h to into, whose Buckets have their length.
func (x *exactHistogram) snapshot(into *HistogramSnapshot, h *Histogram) {
	x.mu.Lock()
	defer x.mu.Unlock()
	k := x.hot.Load()
	set := &x.sets[k]
	if x.rows == nil {
		x.hot.Store(1 - k)
		fenceFor(&set.entered)
	} else {
		r := h.usedRow()
		r.Close()
		x.hot.Store(1 - k)
		r.Open(x.sets[1-k].buckets, h.endless())
		fenceOrStop(x.rows) // the cells', too, if they have any
	}
	set.rest(into.Buckets)
	sum := set.sum.SumFloat64()
	if x.rows != nil {
		sum += set.buckets.Add(into.Buckets)
	}
	into.Count, into.Sum = 0, sum+x.sum
	x.sum = sum
	for i, n := range into.Buckets {
		into.Buckets[i] += x.rested[i]
		into.Count += into.Buckets[i]
		x.rested[i] = n
	}
}

// rest waits until all who have entered the set, which is not hot any more, are
// through, and writes the cells' counts to into. There has been a fence.
func (s *exactSet) rest(into []uint64) {
	for {
		through := s.left.Load()
		through += s.load(into)
		if through == s.entered.Sum() {
			break
		}
		runtime.Gosched() // to one that is on its way, perhaps; it waits for nothing
	}
	if !inOrder {
		// An addition to a cell may be seen before that to the sum which came
		// before it; not any more after this.
		fenceFor(&s.sum)
	}
}

// inOrder says that stores of one thread are seen in their order.
var inOrder = slices.Contains([]string{"amd64", "386", "s390x"}, runtime.GOARCH)

// fenceFor makes a fence for a cell's additions, if there can be any in sections.
func fenceFor(c *backend.Cell) {
	if b := c.Backend(); b != nil {
		fenceOrStop(b)
	}
}
