package primitives

import (
	"hash/maphash"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// mapCore is the part of a Map that doesn't depend on the types of keys and
// values.
type mapCore struct {
	// What readers need, in a line.
	root  unsafe.Pointer // of table; nil until there is one; atomic; written after what is below
	kind  mapKind
	words wordHash
	seed  maphash.Seed

	table     atomic.Pointer[mapTable] // the first whose chains have not all moved
	count     backend.Cell             // of entries
	layout    mapLayout
	waiting   waitQueue  // for locks of chains
	sizing    sync.Mutex // held to begin and to end moves, and to get far buckets
	leastLg   atomic.Int32
	waits     atomic.Int32 // for locks
	computing atomic.Int32 // functions of Computes, where invariants is true
	starting  sync.Mutex
}

// mapLayout is one of the two ways to keep entries, where its cost doesn't
// matter.
type mapLayout interface {
	alloc(n int) unsafe.Pointer

	// moveChain copies the entries of a locked chain to another table.
	moveChain(to *mapTable, ch chain)
}

// start makes the map ready for its first entry. It panics, and has done nothing,
// if the backend can't be had.
func (m *Map[K, V]) start(o options) {
	c := &m.core
	c.starting.Lock()
	defer c.starting.Unlock()
	if m.used() {
		return
	}
	if o.backend == nil {
		o.backend, _ = defaultIfReady() // if it is not ready, count will find it later
	}
	if o.backend != nil {
		_ = c.count.Attach(o.backend) // without memory it counts all the same
	}
	if c.kind = kindOf(reflect.TypeFor[K](), reflect.TypeFor[V]()); c.kind == mapWords {
		c.layout = wordLayout[K, V]{m}
	} else {
		c.layout = entryLayout[K, V]{m}
	}
	c.seed = maphash.MakeSeed()
	c.words = newWordHash(c.seed)
	c.leastLg.Store(o.leastLg())
	t := newMapTable(c.layout, int(o.leastLg()))
	c.table.Store(t)
	atomic.StorePointer(&c.root, t.root)
}

// used reports whether the map has been started.
func (m *Map[K, V]) used() bool { return atomic.LoadPointer(&m.core.root) != nil }

// tops returns the top bits of the tags of a bucket.
func (c *mapCore) tops() uint64 {
	if c.kind == mapWords {
		return wordTags
	}
	return boxTags
}

// len returns the number of entries.
func (c *mapCore) len() int { return max(0, int(int64(c.count.Sum()))) }

// A mapTable is 2^lg roots, indexed by the highest bits of a hash, and behind
// them spare buckets for chains. A root and the buckets that its next words lead
// to are a chain; its lock is in the root's meta.
//
// Readers don't need it but for what is rare: they find the roots by a pointer
// that also says how many there are.
//
// When a table is too small, or too large, there is another behind it, and the
// chains move there, one at a time: a key is in the first table on the way whose
// chain for it has not moved. So nobody waits for more than the move of one
// chain, and readers not even for that.
type mapTable struct {
	root  unsafe.Pointer // as rootOf makes it
	spent atomic.Int64   // buckets that were asked for beside the roots
	moved atomic.Int64   // spent once it had been filled from its predecessor
	lg    int
	far   atomic.Pointer[[]unsafe.Pointer] // to farChunk buckets each, for want of spare ones
	move  atomic.Pointer[mapMove]          // to the next table; set once
}

// A mapMove is a move of a table's chains to another.
type mapMove struct {
	to     *mapTable
	drop   bool         // the entries don't come along: this is a Clear
	cursor atomic.Int64 // roots that somebody has taken on
	left   atomic.Int64 // roots that have not moved

	mu   sync.Mutex
	late []int // roots whose turn it was while somebody else had their lock
}

const (
	farChunk   = 4
	spareShare = 8 // roots to a spare bucket: enough for 1.9 words to a root

	// moveBatch is how many chains a writer moves for each write while a move is
	// under way: some tens of microseconds.
	moveBatch = 128
)

// newMapTable returns an empty table in memory of the layout.
func newMapTable(l mapLayout, lg int) *mapTable {
	t := &mapTable{lg: lg}
	t.root = rootOf(l.alloc(1<<lg+t.spare()), lg)
	return t
}

// spare returns the number of buckets behind the roots.
func (t *mapTable) spare() int { return 1 << t.lg / spareShare }

// limit is a number of spent buckets at multiples of which the size is looked at.
func (t *mapTable) limit() int64 { return max(1, int64(t.spare())) }

// A root pointer points to the first bucket of a table, which is at a multiple
// of 64, and some bytes into it: how many says how far a hash must be shifted to
// the right to become the offset of a bucket, but for its last 6 bits.
const maxLg = 58

func rootOf(first unsafe.Pointer, lg int) unsafe.Pointer { return unsafe.Add(first, maxLg-lg) }

// rootBucket returns the root for a hash: that of index h >> (64-lg).
func rootBucket(root unsafe.Pointer, h uint64) *mapBucket {
	offset := uintptr(h>>(uintptr(root)%bucketSize)) &^ (bucketSize - 1)
	return (*mapBucket)(unsafe.Add(root, offset-uintptr(root)%bucketSize))
}

// The next word of a bucket is 0, or the offset of a bucket in the same
// allocation, or it has the top bit set and says which of the far buckets.
const nextFar = 1 << 63

func isNear(next uint64) bool { return int64(next) > 0 }

// near returns the bucket that a next word says, or that is at an offset.
func near(root unsafe.Pointer, next uint64) *mapBucket {
	return (*mapBucket)(unsafe.Add(root, uintptr(next)-uintptr(root)%bucketSize))
}

// bucket returns the bucket that a next word says.
func (t *mapTable) bucket(next uint64) *mapBucket {
	if isNear(next) {
		return near(t.root, next)
	}
	far := next &^ nextFar
	chunk := (*t.far.Load())[far/farChunk]
	return (*mapBucket)(unsafe.Add(chunk, far%farChunk*bucketSize))
}

// after returns the bucket behind b in its chain, or nil.
func (t *mapTable) after(b *mapBucket) *mapBucket {
	if next := atomic.LoadUint64(&b.next); next != 0 {
		return t.bucket(next)
	}
	return nil
}

// spend returns the next word for another bucket of a chain, and reports whether
// it is time to look at the table's size.
func (c *mapCore) spend(t *mapTable) (next uint64, look bool) {
	n := t.spent.Add(1)
	look = n%t.limit() == 0
	far := int(n) - 1 - t.spare()
	if far < 0 {
		return uint64(1<<t.lg+n-1) * bucketSize, look
	}
	c.sizing.Lock()
	defer c.sizing.Unlock()
	var chunks []unsafe.Pointer
	if old := t.far.Load(); old != nil {
		chunks = *old
	}
	for len(chunks) <= far/farChunk {
		chunks = append(chunks, c.layout.alloc(farChunk)) // nobody reads beyond his own length
	}
	t.far.Store(&chunks)
	return uint64(far) | nextFar, look
}

// newest returns the table that all chains are on the way to.
func (c *mapCore) newest() *mapTable {
	t := c.table.Load()
	for m := t.move.Load(); m != nil; m = t.move.Load() {
		t = m.to
	}
	return t
}

// resize begins the move to a table of another size, if that is called for.
func (c *mapCore) resize() {
	if !c.sizing.TryLock() {
		return
	}
	defer c.sizing.Unlock()
	t := c.newest()
	if lg, ok := c.want(t); ok {
		c.begin(t, newMapTable(c.layout, lg), false)
	}
}

// begin makes to the table behind t. The caller holds sizing.
func (c *mapCore) begin(t, to *mapTable, drop bool) *mapMove {
	m := &mapMove{to: to, drop: drop}
	m.left.Store(1 << t.lg)
	t.move.Store(m)
	return m
}

// want returns the size that the newest table's successor should have, and
// whether that is worth a move.
//
// Growth does not wait for a move that is not over, as that may wait for a
// Compute; all else does.
func (c *mapCore) want(t *mapTable) (lg int, ok bool) {
	n := 1 << t.lg
	count := c.len()
	spent, limit := t.spent.Load(), t.limit()
	least := int(c.leastLg.Load())
	switch {
	case count > n+n/2 && spent >= limit, t.lg < least:
		for lg = max(t.lg+1, least); count > 5<<lg/4; lg++ {
		}
		return lg, true
	case t != c.table.Load():
		return 0, false
	case count < n/4 && t.lg > least:
		for lg = t.lg - 1; lg > least && count < 1<<lg/2; lg-- {
		}
		return lg, true
	}
	// Chains become longer, but never shorter: those of many keys that came and
	// went are cut to size by the same table over again.
	return t.lg, spent >= 2*t.moved.Load()+2*limit
}

// help moves some chains of every table that is being left.
func (c *mapCore) help() {
	for t := c.table.Load(); ; {
		m := t.move.Load()
		if m == nil {
			return
		}
		if !m.drop {
			c.moveSome(t, m)
		}
		t = m.to
	}
}

func (c *mapCore) moveSome(t *mapTable, m *mapMove) {
	n := 1 << t.lg
	from := n
	if int(m.cursor.Load()) < n {
		from = int(m.cursor.Add(moveBatch) - moveBatch)
	}
	for i := from; i < min(from+moveBatch, n); i++ {
		if !c.moveChain(t, m, i) {
			m.postpone(i)
		}
	}
	if from >= n {
		if i, ok := m.oneLate(); ok && !c.moveChain(t, m, i) {
			m.postpone(i)
		}
	}
}

func (m *mapMove) postpone(i int) {
	m.mu.Lock()
	m.late = append(m.late, i)
	m.mu.Unlock()
}

func (m *mapMove) oneLate() (i int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.late) == 0 {
		return 0, false
	}
	i, m.late = m.late[0], m.late[1:]
	return i, true
}

// moveChain moves the entries of root i, unless somebody has its lock for long.
//
// Then it may wait for a lock of the table behind, but only in a table that has
// been made smaller: keys of a chain that has not moved are reached through it,
// so nobody else can be at where they go to in a larger one.
func (c *mapCore) moveChain(t *mapTable, m *mapMove, i int) bool {
	b := near(t.root, uint64(i)*bucketSize)
	if m.to.lg < t.lg && atomic.LoadUint64(&near(m.to.root, uint64(i)>>(t.lg-m.to.lg)*bucketSize).meta)&metaLocked != 0 {
		return false
	}
	meta, ok := b.tryLock()
	if !ok {
		return meta&metaMoved != 0
	}
	c.layout.moveChain(m.to, chain{t, b})
	c.unlock(b, meta, metaMoved)
	c.hasMoved(m)
	return true
}

// hasMoved notes that one more chain has.
func (c *mapCore) hasMoved(m *mapMove) {
	if m.left.Add(-1) != 0 {
		return
	}
	c.sizing.Lock()
	defer c.sizing.Unlock()
	for t := c.table.Load(); ; {
		m := t.move.Load()
		if m == nil || m.left.Load() != 0 {
			return
		}
		t = m.to
		t.moved.Store(t.spent.Load())
		c.table.Store(t)
		atomic.StorePointer(&c.root, t.root)
	}
}

// clear moves to an empty table and leaves the entries behind.
func (c *mapCore) clear() {
	if atomic.LoadPointer(&c.root) == nil {
		return
	}
	c.sizing.Lock()
	t := c.table.Load()
	to := newMapTable(c.layout, int(c.leastLg.Load()))
	c.begin(c.newest(), to, true)
	c.sizing.Unlock()
	// When a table's turn comes, nothing can come into it any more from those
	// before it.
	for t != to {
		m := t.move.Load()
		for i := range uint64(1) << t.lg {
			b := near(t.root, i*bucketSize)
			meta, moved := c.lock(b)
			if moved {
				continue
			}
			n := chain{t, b}.count(c.tops())
			c.unlock(b, meta, metaMoved)
			c.count.Add(-int64(n))
			c.hasMoved(m)
		}
		t = m.to
	}
}
