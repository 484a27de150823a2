package primitives

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// mapShard is what writers need of a shard; readers have its root pointer, which
// stands elsewhere because it never changes but by a resize.
//
// While a resize is under way, next is the table that buckets move to, and root
// points to the one that they move from. A key is in next if its root bucket in
// the old table has moved, and else in the old one. Readers and writers that
// find their bucket moved go on in next, so nobody waits for more than the move
// of one bucket, and readers not even for that.
type mapShard struct {
	count backend.Cell // of entries

	root      *unsafe.Pointer // atomic
	cur, next atomic.Pointer[mapTable]
	resizing  sync.Mutex // held by who resizes

	park     sync.Mutex
	unlocked sync.Cond

	_ [64]byte // from the next shard
}

// successor returns the table that the entries of a moved bucket of the table of
// root are in; or nil if root is out of date: then start again.
//
// next may be the successor of a newer table than root's, but not if root was
// the shard's after next had been read: it becomes nil or newer only later.
func (s *mapShard) successor(root unsafe.Pointer) *mapTable {
	next := s.next.Load()
	if next == nil || atomic.LoadPointer(s.root) != root {
		return nil
	}
	return next
}

// table returns the table of root, or nil if it is out of date, which it is not
// as long as a chain of it is locked. A table is next before it is cur, so they
// are looked at in that order: none can slip through in between.
func (s *mapShard) table(root unsafe.Pointer) *mapTable {
	if t := s.next.Load(); t != nil && t.root == root {
		return t
	}
	if t := s.cur.Load(); t != nil && t.root == root {
		return t
	}
	return nil
}

// follow returns the bucket of a chain that b's next says, b being in the table
// of root; nil at the end; or reports that root is out of date.
func (s *mapShard) follow(root unsafe.Pointer, b *mapBucket) (next *mapBucket, ok bool) {
	word := atomic.LoadUint64(&b.next)
	if word == 0 {
		return nil, true
	}
	if isNear(word) {
		return near(root, word), true
	}
	t := s.table(root)
	if t == nil {
		return nil, false
	}
	return t.bucket(word), true
}

// first gives the shard its first table, if it has none.
func (s *mapShard) first(c *mapCore) {
	s.park.Lock()
	defer s.park.Unlock()
	if atomic.LoadPointer(s.root) == nil {
		t := newMapTable(c.layout, c.minLg)
		s.cur.Store(t)
		atomic.StorePointer(s.root, t.root)
	}
}

// look resizes the shard if that is called for.
func (s *mapShard) look(c *mapCore) {
	for s.resizing.TryLock() {
		old := s.cur.Load()
		lg, ok := s.want(c, old)
		if ok {
			s.resize(c, old, newMapTable(c.layout, lg), false)
		}
		s.resizing.Unlock()
		if !ok || s.cur.Load().spent.Load() < s.cur.Load().limit {
			return
		}
	}
}

// want returns the size that the shard's table should have, and whether that is
// worth a resize.
func (s *mapShard) want(c *mapCore, t *mapTable) (lg int, ok bool) {
	n := 1 << t.lg
	count := max(0, int(s.count.Sum()))
	spent := t.spent.Load()
	switch {
	case count > n+n/2 && spent >= t.limit:
		for lg = t.lg + 1; count > 5<<lg/4; lg++ {
		}
		return lg, true
	case count < n/4 && t.lg > c.minLg:
		for lg = t.lg - 1; lg > c.minLg && count < 1<<lg/2; lg-- {
		}
		return lg, true
	}
	// Chains become longer, but never shorter: those of many keys that came and
	// went are cut to size by the same table over again.
	return t.lg, spent >= 2*t.moved+2*t.limit
}

// resize makes to the shard's table, with the entries of old or without. The
// caller holds s.resizing.
func (s *mapShard) resize(c *mapCore, old, to *mapTable, drop bool) {
	s.next.Store(to)
	for i := range uint64(1) << old.lg {
		b := near(old.root, i*bucketSize)
		b.lock(s)
		if drop {
			s.count.Add(-int64(c.layout.countChain(s, old, b)))
		} else {
			c.layout.moveChain(s, old, to, b)
		}
		b.unlock(s, metaMoved)
	}
	to.moved = to.spent.Load()
	s.cur.Store(to)
	atomic.StorePointer(s.root, to.root)
	s.next.Store(nil)
}
