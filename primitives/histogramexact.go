package primitives

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
)

// exactHistogram counts for a Histogram with WithExactSnapshots, in one of two sets
// of parts, the hot one. A Snapshot makes the other one hot and waits until the one
// that was is at rest; then its sum and buckets belong together, and stay as they
// are until the next Snapshot.
//
//	Observe                                   Snapshot, under mu
//
//	k = hot                                   k = hot
//	entered[k] += 1                           hot = the other one
//	if hot != k: left[k] += 1, again          fence
//	sum[k] += v                               until left[k] + all of buckets[k] == entered[k]: wait
//	buckets[k][i] += 1                        read sum[k] and buckets[k]
//
// An observation belongs before the Snapshots whose change of hot comes after its
// own second look at hot. If it has looked before, its addition to entered was before
// that, and is seen behind the fence; so the Snapshot waits for it. If it looks after,
// it sees that k is not hot any more, and goes elsewhere. Two observations, one of
// which ends before the other begins, look in this order, so no Snapshot has the
// second one only.
//
// What has come to the end, left and buckets, is read before entered: each that is seen
// there has entered before, visibly, so the two are equal only if none is on its way.
// For those that the Snapshot must wait for the fence has seen to that, and for
// the others that left is added to by an atomic operation.
type exactHistogram struct {
	hot  atomic.Uint32
	_    [60]byte // hot is read with every observation
	sets [2]exactSet

	mu     sync.Mutex // held by a Snapshot
	rested []uint64   // buckets of the set that is not hot
	sum    float64    // and its sum
}

type exactSet struct {
	entered backend.Cell
	left    atomic.Uint64
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

// snapshot writes the state of one moment to into, whose Buckets have their length.
func (x *exactHistogram) snapshot(into *HistogramSnapshot) {
	x.mu.Lock()
	defer x.mu.Unlock()
	k := x.hot.Load()
	x.hot.Store(1 - k)
	set := &x.sets[k]
	set.rest(into.Buckets)
	sum := set.sum.SumFloat64()
	into.Count, into.Sum = 0, sum+x.sum
	x.sum = sum
	for i, n := range into.Buckets {
		into.Buckets[i] += x.rested[i]
		into.Count += into.Buckets[i]
		x.rested[i] = n
	}
}

// rest waits until all who have entered the set, which is not hot any more, are
// through, and writes the buckets' counts to into.
func (s *exactSet) rest(into []uint64) {
	fenceFor(&s.entered)
	for {
		through := s.left.Load()
		through += s.load(into)
		if through == s.entered.Sum() {
			break
		}
		runtime.Gosched() // to one that is on its way, perhaps; it waits for nothing
	}
	if !inOrder {
		// An addition to a bucket may be seen before that to the sum which came
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
