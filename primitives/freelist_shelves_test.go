package primitives_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestStressShelves is TestStressFreeList for several shelves, by CPU and by hash:
// from the start, or made of one while all are at it.
func TestStressShelves(t *testing.T) {
	for name, prepare := range map[string]func(l *primitives.FreeList[thing]){
		"cpu":  func(l *primitives.FreeList[thing]) { l.SplitShelves(true) },
		"hash": func(l *primitives.FreeList[thing]) { l.SplitShelves(false) },
		"later": func(l *primitives.FreeList[thing]) {
			time.Sleep(time.Millisecond)
			l.SplitShelves(false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := primitives.NewFreeList[thing](atomicOption(t), primitives.WithPerCPU(15), primitives.WithMaxObjects(stressObjects))
			l.Put(l.Get())
			s := &listStress{list: l}
			torment := backendtest.StartTorment(func() { s.hold(1, 10, false) })
			var wg sync.WaitGroup
			for i := range stressHolders {
				wg.Add(1)
				go func() {
					defer wg.Done()
					s.hold(int64(2+i), pairs(t)/stressHolders, false)
				}()
			}
			stop := make(chan struct{})
			drained := drainUntil(t, stop, l.Drain)
			prepare(l)
			wg.Wait()
			close(stop)
			torment.Stop()
			t.Logf("%d pairs, %d drains, %v, %+v", s.pairs.Load(), <-drained, torment, l.Stats())
			s.check(t)
		})
	}
}

// TestShelfBecomesSeveral: a list that one goroutine uses has one shelf; when
// several meet there it has more, and no object and no count is lost.
func TestShelfBecomesSeveral(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))) // or none meet
	l := primitives.NewFreeList[thing](atomicOption(t))
	const alone = 1000
	for range alone {
		l.Put(l.Get())
	}
	s := l.Stats()
	if l.SeveralShelves() || s.Hits < alone-2 || s.Hits > alone {
		t.Errorf("%+v, several: %v, after %d Gets of one goroutine", s, l.SeveralShelves(), alone)
	}
	hits := s.Hits
	for deadline := time.Now().Add(20 * time.Second); !l.SeveralShelves(); {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for two to meet")
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range 10_000 {
					l.Put(l.Get())
				}
			}()
		}
		wg.Wait()
		after := l.Stats()
		if after.Hits < hits || after.Stacked+after.Depot != after.Objects {
			t.Fatalf("%+v; there were %d hits", after, hits)
		}
		hits = after.Hits
	}
}

// TestShelfCounts: every Get is counted once, as a hit or as a refill, wherever
// the object was.
func TestShelfCounts(t *testing.T) {
	for name, split := range map[string]bool{"one": false, "several": true} {
		t.Run(name, func(t *testing.T) {
			const objects, rounds = 40, 50
			l := primitives.NewFreeList[thing](atomicOption(t), primitives.WithMaxObjects(objects), primitives.WithPerCPU(16))
			l.Put(l.Get())
			if split {
				l.SplitShelves(false)
			}
			before := l.Stats()
			for n := range rounds {
				var held []*thing
				for range 1 + n%objects {
					held = append(held, l.Get())
				}
				for _, x := range held {
					l.Put(x)
				}
			}
			gets := uint64(0)
			for n := range rounds {
				gets += uint64(1 + n%objects)
			}
			after := l.Stats()
			if got := after.Hits + after.Refills - before.Hits - before.Refills; got != gets || after.Spills == 0 {
				t.Errorf("%d hits and refills of %d Gets; %+v", got, gets, after)
			}
		})
	}
}
