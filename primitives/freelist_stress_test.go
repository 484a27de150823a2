package primitives_test

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// pairs returns how many Gets and Puts a stress test of lists should make.
func pairs(t *testing.T) int {
	n := backendtest.Adds(t)
	if os.Getenv(backendtest.StressEnv) == "" {
		n /= 8
	}
	return n
}

const (
	stressHolders = 64
	stressObjects = 2 * stressHolders // each holds up to 5: sometimes there are none
)

// TestStressFreeList: nobody gets an object that another has, and none is lost,
// on every backend, under all that happens to threads, with Drain running all
// the time and threads among them that can't use rseq.
func TestStressFreeList(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		n := pairs(t)
		if t.Name() == "TestStressFreeList/fake" {
			n = min(n, fakeAdds)
		}
		stressFreeList(t, opt, n)
	})
}

func stressFreeList(t *testing.T, opt primitives.Option, n int) {
	t.Helper()
	l := primitives.NewFreeList[thing](opt, primitives.WithPerCPU(15), primitives.WithMaxObjects(stressObjects))
	s := &listStress{list: l}
	torment := backendtest.StartTorment(func() { s.hold(1, 100, withoutRseq()) })
	start := time.Now()
	var wg sync.WaitGroup
	for i := range stressHolders {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.hold(int64(2+i), n/stressHolders, false)
		}()
	}
	stop := make(chan struct{})
	drained := drainUntil(t, stop, l.Drain)
	wg.Wait()
	elapsed := time.Since(start)
	close(stop)
	torment.Stop()
	drains := <-drained
	t.Logf("%d pairs in %v, %d drains, %d Gets in vain, %d pairs on threads without rseq: %v; %+v",
		s.pairs.Load(), elapsed.Round(time.Millisecond), drains, s.none.Load(), s.foreign.Load(), torment, l.Stats())
	if torment.Err != nil || runtime.GOOS == "linux" && torment.Signals == 0 || drains == 0 {
		t.Errorf("nothing happened to the threads: %v, %v, %d drains", torment, torment.Err, drains)
	}
	s.check(t)
}

// drainUntil drains until stop is closed, and then sends how often.
func drainUntil(t *testing.T, stop chan struct{}, drain func() error) chan int {
	drains := make(chan int, 1)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				drains <- n
				return
			default:
			}
			if err := drain(); err != nil {
				t.Error(err)
			}
			time.Sleep(20 * time.Microsecond)
		}
	}()
	return drains
}

type listStress struct {
	list    *primitives.FreeList[thing]
	pairs   atomic.Int64
	none    atomic.Int64
	foreign atomic.Int64
	broken  atomic.Int64
}

// hold gets and puts, with up to five objects in hand, and marks them by plain
// stores: that the race detector objects to if two have one.
func (s *listStress) hold(me int64, n int, foreign bool) {
	var held []*thing
	give := func(keep int) {
		for ; len(held) > keep; held = held[:len(held)-1] {
			x := held[len(held)-1]
			if x.owner != me {
				s.broken.Add(1)
			}
			x.owner = 0
			s.list.Put(x)
		}
	}
	done := int64(0)
	for i := range n {
		x := s.list.Get()
		if x == nil {
			s.none.Add(1)
			give(0)
			runtime.Gosched()
			continue
		}
		if x.owner != 0 {
			s.broken.Add(1)
		}
		x.owner = me
		held = append(held, x)
		give(i % 5)
		if done++; i%100 == 0 {
			runtime.Gosched() // with some in hand
		}
	}
	give(0)
	s.pairs.Add(done)
	if foreign {
		s.foreign.Add(done)
	}
}

// check wants all objects in the list, once.
func (s *listStress) check(t *testing.T) {
	t.Helper()
	if n := s.broken.Load(); n > 0 {
		t.Errorf("%d times someone had an object that another had", n)
	}
	if s.list.Len() != s.list.Stats().Objects {
		t.Errorf("%d of %d objects are in the list", s.list.Len(), s.list.Stats().Objects)
	}
	seen := make(map[*thing]bool)
	for x := s.list.Get(); x != nil; x = s.list.Get() {
		if seen[x] {
			t.Errorf("object %p is in the list twice", x)
			return
		}
		seen[x] = true
	}
	if len(seen) != stressObjects { // those not made yet are made now
		t.Errorf("%d objects came out of the list, want %d", len(seen), stressObjects)
	}
}
