package primitives

import (
	"sync/atomic"
	"testing"
)

// TestMapVersions: a bucket in which another key came and went is not as it was,
// even if all that a reader can see of it is. Stress doesn't show that: a reader
// would have to be interrupted between two loads for just that long.
func TestMapVersions(t *testing.T) {
	for _, name := range []string{"fast", "slow"} {
		m := NewMap[int, int](WithShards(1))
		store, remove := m.Store, m.Delete
		if name == "slow" {
			store = func(k, v int) { m.Swap(k, v) }
			remove = func(k int) { m.LoadAndDelete(k) }
		}
		store(1, 1)
		bucket := rootBucket(m.core.root, m.hash(1))
		meta := func() uint64 { return atomic.LoadUint64(&bucket.meta) }
		before := meta()
		store(1, 2)
		if meta() != before {
			t.Errorf("%s: a new value of the same key has changed meta: loads of all keys repeat", name)
		}
		remove(1)
		store(2, 3)
		remove(2)
		store(1, 2)
		if after := meta(); after == before {
			t.Errorf("%s: meta is %#x as before", name, after)
		} else if after&wordTags != before&wordTags {
			t.Errorf("%s: the key is in another slot: %#x, %#x", name, before, after)
		}
	}
	if full := uint64(metaVersionMask | 0x81); withNextVersion(full) != 0x81 {
		t.Errorf("the version overflows into flags: %#x", withNextVersion(full))
	}
}
