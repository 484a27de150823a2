package primitives_test

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// TestMapLockIsHandedOver: beside two goroutines that hold a chain's lock nearly
// all the time a third gets it soon; on a machine that is busy with other work about
// as soon as it gets a sync.Mutex.
func TestMapLockIsHandedOver(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	var m primitives.Map[string, int]
	ours := func(hold func()) {
		m.Compute("k", func(v int, _ bool) (int, primitives.MapAction) {
			hold()
			return v + 1, primitives.MapStore
		})
	}
	var mu sync.Mutex
	mutex := func(hold func()) {
		mu.Lock()
		hold()
		mu.Unlock()
	}
	for try := 1; ; try++ {
		median, longest := waitsBesideTwo(ours, 2*stressTime(t))
		t.Logf("waits: median %v, longest %v", median, longest)
		if median <= 2*time.Millisecond || primitives.Invariants {
			return
		}
		as, _ := waitsBesideTwo(mutex, 2*stressTime(t))
		t.Logf("a sync.Mutex's: median %v", as)
		if median <= 3*as {
			return
		}
		if try == 3 {
			t.Fatalf("a third goroutine waits for %v", median)
		}
	}
}

// waitsBesideTwo returns how long a goroutine waits for a lock that two others hold for
// 10 µs at a time, again and again.
func waitsBesideTwo(locked func(hold func()), d time.Duration) (median, longest time.Duration) {
	var sink atomic.Int64
	hold := func() {
		s := 0
		for i := range 20_000 { // about 10 µs
			s += i * i
		}
		sink.Store(int64(s))
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !stop.Load() {
				locked(hold)
			}
		}()
	}
	var waits []time.Duration
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Millisecond) {
		began := time.Now()
		locked(hold)
		waits = append(waits, time.Since(began))
	}
	stop.Store(true)
	wg.Wait()
	slices.Sort(waits)
	return waits[len(waits)/2], waits[len(waits)-1]
}

// TestMapLockQueue: who waits in a queue for one lock gets it, each once, and
// nobody is forgotten or woken for nothing for ever.
func TestMapLockQueue(t *testing.T) {
	for _, shards := range []int{1, 64} {
		m := primitives.NewMap[int, int](primitives.WithShards(shards))
		const waiters, rounds = 20, 20
		for range rounds {
			entered, leave := make(chan bool), make(chan bool)
			var wg sync.WaitGroup
			wg.Add(1)
			go func() {
				defer wg.Done()
				m.Compute(0, func(v int, _ bool) (int, primitives.MapAction) {
					entered <- true
					<-leave
					return v + 1, primitives.MapStore
				})
			}()
			<-entered
			var started atomic.Int64
			for range waiters {
				wg.Add(1)
				go func() {
					defer wg.Done()
					started.Add(1)
					m.Compute(0, func(v int, _ bool) (int, primitives.MapAction) {
						runtime.Gosched()
						return v + 1, primitives.MapStore
					})
				}()
			}
			for started.Load() < waiters {
				runtime.Gosched()
			}
			if v, _ := m.Load(0); v%(waiters+1) != 0 {
				t.Errorf("%d before the lock was released", v)
			}
			leave <- true
			soon(t, "a queue", wg.Wait)
		}
		if v, _ := m.Load(0); v != rounds*(waiters+1) {
			t.Errorf("%d computed, want %d", v, rounds*(waiters+1))
		}
	}
}

// TestMapGrowsBesideCompute: while a function of a Compute of one key doesn't
// return, another goroutine stores keys by the thousand, all but those that share its
// lock: it never waits, and the table grows, more than once.
func TestMapGrowsBesideCompute(t *testing.T) {
	t.Run("words", func(t *testing.T) { growsBesideCompute(t, func(i int) int { return i }) })
	t.Run("entries", func(t *testing.T) { growsBesideCompute(t, func(i int) [2]int { return [2]int{i} }) })
}

func growsBesideCompute[K comparable](t *testing.T, key func(int) K) {
	m := primitives.NewMap[K, int]()
	const first, then = 200, 20_000
	for i := range first {
		m.Store(key(i), i)
	}
	before := m.Chains()
	entered, leave := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		m.Compute(key(0), func(int, bool) (int, primitives.MapAction) {
			entered <- true
			<-leave
			return -1, primitives.MapStore
		})
	}()
	<-entered
	var rest []int // share the lock
	soon(t, "storing keys beside a Compute of another", func() {
		for i := first; i < first+then; i++ {
			if m.SameChain(key(0), key(i)) {
				rest = append(rest, i)
			} else {
				m.Store(key(i), i)
			}
		}
	})
	if after := m.Chains(); after < 8*before || !m.Resizing() {
		t.Errorf("%d chains at first, %d with %d more keys; resizing: %t", before, after, then, m.Resizing())
	}
	if len(rest) == 0 || len(rest) > then/20 {
		t.Errorf("%d of %d keys share the lock", len(rest), then)
	}
	for i := range first {
		if v, ok := m.Load(key(i)); !ok || v != i {
			t.Errorf("Load(%d) = %d, %t", i, v, ok)
		}
	}
	leave <- true
	wg.Wait()
	for _, i := range rest {
		m.Store(key(i), i)
	}
	for i := range first + then {
		want := i
		if i == 0 {
			want = -1
		}
		if v, ok := m.Load(key(i)); !ok || v != want {
			t.Errorf("Load(%d) = %d, %t", i, v, ok)
		}
	}
	for i := range 1000 { // writers end the move
		m.Store(key(i%7), i)
	}
	if m.Resizing() || m.Len() != first+then {
		t.Errorf("Len %d; still resizing: %t", m.Len(), m.Resizing())
	}
}

// TestMapWidensWhereGoroutinesMeet: a table of few entries that many write gets more
// locks than it has need of to be searched, and one that one goroutine writes doesn't.
func TestMapWidens(t *testing.T) {
	var alone primitives.Map[int, [4]int]
	for i := range 100_000 {
		alone.Store(i%4, [4]int{i})
	}
	if n := alone.Chains(); n != 1 {
		t.Errorf("%d chains for 4 keys and one goroutine", n)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(4, runtime.GOMAXPROCS(0))))
	var m primitives.Map[int, [4]int]
	end := time.Now().Add(20 * time.Second)
	for m.Chains() < 2 && time.Now().Before(end) {
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := range 10_000 {
					m.Store(g, [4]int{i})
				}
			}()
		}
		wg.Wait()
	}
	if n := m.Chains(); n < 2 || n > 16*runtime.GOMAXPROCS(0) {
		t.Errorf("%d chains for 4 keys and 4 goroutines", n)
	}
}
