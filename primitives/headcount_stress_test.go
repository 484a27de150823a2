package primitives_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// guarded is an object that must not be used after it was freed.
type guarded struct {
	ref   primitives.Ref
	freed atomic.Bool
	zeros atomic.Int32
}

func newGuarded(opt primitives.Option) *guarded {
	o := new(guarded)
	primitives.InitRef(&o.ref, opt)
	return o
}

func (o *guarded) free() {
	o.freed.Store(true)
	o.zeros.Add(1)
}

// stressShare is which part of a stress test's operations these types do: each is
// several.
const stressShare = 8

func stressed(t *testing.T, share int) int {
	n := backendtest.Adds(t) / share
	if strings.Contains(t.Name(), "/fake") {
		n = min(n, fakeAdds)
	}
	return n
}

// strangers calls f on threads on which our sections can't commit, until stopped.
func strangers(f func()) (stop func()) {
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			backendtest.OnThreadThatEnds(func() {
				withoutRseq()
				for range 100 {
					f()
				}
			})
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() {
		close(done)
		wg.Wait()
	}
}

// TestStressRef: objects that are replaced and killed all the time, under all that
// happens to threads. None is freed while somebody holds it, and each is freed once.
func TestStressRef(t *testing.T) {
	for name, every := range map[string]int64{"seldom": 50_000, "often": 200} {
		t.Run(name, func(t *testing.T) { stressRef(t, stressShare, every) })
	}
}

func stressRef(t *testing.T, share int, every int64) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		var current atomic.Pointer[guarded]
		current.Store(newGuarded(opt))
		var mu sync.Mutex
		var killed []*guarded
		var ops, wrong, spared atomic.Int64
		sum := primitives.NewCounter(opt)
		op := func(delta int64) {
			o := current.Load()
			for !o.ref.TryGet() {
				if n := current.Load(); n == o {
					wrong.Add(1) // dead, but nobody has replaced it
				} else {
					o = n
				}
			}
			if n := ops.Add(1); n%64 == 0 {
				o.ref.Eager()
			} else if n%every == 0 {
				n := newGuarded(opt)
				if current.CompareAndSwap(o, n) {
					mu.Lock()
					killed = append(killed, o)
					mu.Unlock()
					o.ref.Kill(o.free)
				}
			}
			if o.freed.Load() {
				wrong.Add(1)
			}
			if delta&3 == 0 { // hold one more, for somebody else
				o.ref.Get()
				spared.Add(1)
				go func() {
					if o.freed.Load() {
						wrong.Add(1)
					}
					o.ref.Put()
					spared.Add(-1)
				}()
			}
			sum.Add(delta)
			o.ref.Put()
		}
		stop := strangers(func() { op(0) })
		if d := backendtest.Stress(t, stressed(t, share), op, sum.Load); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
		stop()
		last := current.Load()
		last.ref.Kill(last.free)
		killed = append(killed, last)
		for end := time.Now().Add(20 * time.Second); spared.Load() != 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
		}
		if n := wrong.Load(); n != 0 {
			t.Errorf("%d times something was wrong", n)
		}
		for _, o := range killed {
			if n := o.zeros.Load(); n != 1 {
				t.Fatalf("an object was freed %d times, of %d", n, len(killed))
			}
			if o.ref.TryGet() {
				t.Fatal("TryGet of a dead Ref")
			}
		}
		t.Logf("%d objects", len(killed))
	})
}

// TestStressGate: gates are closed under a storm. Nobody is inside after that, and
// nobody comes; what was done inside is done.
func TestStressGate(t *testing.T) { stressGate(t, stressShare) }

func stressGate(t *testing.T, share int) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		type round struct {
			gate   *primitives.Gate
			work   primitives.Counter
			inside atomic.Int64
			closed atomic.Bool
		}
		newRound := func() *round { return &round{gate: primitives.NewGate(opt)} }
		var current atomic.Pointer[round]
		current.Store(newRound())
		var ops, wrong, closes, total atomic.Int64
		var closing sync.RWMutex // read-locked while a round is neither current nor in total
		closeNow := func(r *round) {
			closing.RLock()
			defer closing.RUnlock()
			if !current.CompareAndSwap(r, newRound()) {
				return
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := r.gate.Close(ctx); err != nil {
				t.Errorf("%v, %d inside", err, r.gate.Len())
			}
			r.closed.Store(true)
			if r.inside.Load() != 0 || r.gate.Len() != 0 {
				wrong.Add(1)
			}
			total.Add(r.work.Load())
			closes.Add(1)
		}
		op := func(delta int64) {
			r := current.Load()
			for !r.gate.Enter() {
				r = current.Load()
				runtime.Gosched()
			}
			n := ops.Add(1)
			if n%64 == 0 {
				r.gate.Eager()
			}
			r.inside.Add(1)
			if r.closed.Load() {
				wrong.Add(1)
			}
			r.work.Add(delta)
			r.inside.Add(-1)
			r.gate.Leave()
			if n%5000 == 0 {
				closeNow(r)
			}
		}
		stop := strangers(func() { op(0) })
		d := backendtest.Stress(t, stressed(t, share), op, func() int64 {
			closing.Lock() // strangers close gates until they are stopped
			defer closing.Unlock()
			return total.Load() + current.Load().work.Load()
		})
		stop()
		closeNow(current.Load())
		if n := wrong.Load(); n != 0 || d != 0 || closes.Load() == 0 {
			t.Errorf("%d times something was wrong, the sum is off by %d, %d gates were closed", n, d, closes.Load())
		}
	})
}

// TestStressSections: objects are replaced, and freed after Synchronize. No reader finds
// one that is freed.
func TestStressSections(t *testing.T) { stressSections(t, stressShare) }

func stressSections(t *testing.T, share int) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		s := primitives.NewSections(opt)
		var current atomic.Pointer[guarded]
		current.Store(new(guarded))
		var ops, wrong, frees atomic.Int64
		sum := primitives.NewCounter(opt)
		op := func(delta int64) {
			n := ops.Add(1)
			if n%64 == 0 {
				s.Eager()
			}
			if n%1000 == 0 {
				old := current.Swap(new(guarded))
				if err := s.Synchronize(context.Background()); err != nil {
					t.Error(err)
				}
				old.free()
				frees.Add(1)
			}
			section := s.Enter()
			o := current.Load()
			inner := s.Enter()
			sum.Add(delta)
			s.Leave(inner)
			if o.freed.Load() {
				wrong.Add(1)
			}
			if delta == 1 {
				go s.Leave(section) // by another goroutine
			} else {
				s.Leave(section)
			}
		}
		stop := strangers(func() { op(0) })
		if d := backendtest.Stress(t, stressed(t, share), op, sum.Load); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
		stop()
		if n := wrong.Load(); n != 0 || frees.Load() == 0 {
			t.Errorf("%d readers found what was freed, of %d", n, frees.Load())
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := s.Synchronize(ctx); err != nil {
			t.Errorf("nobody is in a section: %v", err)
		}
		t.Logf("%d freed, by %d attempts", frees.Load(), s.Attempts())
	})
}
