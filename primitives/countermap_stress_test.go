package primitives_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// stressCounterMap adds from everywhere, by Add and by KeyCounters, while keys are
// deleted, read and reset, and returns by how much the sum of all that was given
// back and of what is left is off.
func stressCounterMap(t *testing.T, adds int, opts ...primitives.CounterMapOption) (difference int64) {
	t.Helper()
	c := primitives.NewCounterMap[uint32](opts...)
	const keys = 8 // few, so that all collide and become hot
	var given atomic.Int64
	var deletes, resets, hot atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	loop := func(f func(i uint32)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := uint32(0); ; i++ {
				select {
				case <-stop:
					return
				default:
					f(i)
				}
			}
		}()
	}
	for range 2 {
		loop(func(i uint32) {
			if f := c.Form(i % keys); f == "guarded" || f == "swept" {
				hot.Add(1)
			}
			if i%8 == 0 {
				n, ok := c.Delete(i / 8 % keys)
				if ok {
					deletes.Add(1)
				} else if n != 0 {
					t.Errorf("Delete: %d, false", n)
				}
				given.Add(n)
			}
			c.Load(i % keys)
		})
	}
	loop(func(i uint32) {
		if i%16 == 0 {
			for _, n := range c.Reset() {
				given.Add(n)
				resets.Add(1)
			}
		}
	})
	loop(func(uint32) {
		var seen [keys]int
		for k := range c.All() {
			if seen[k]++; seen[k] > 1 {
				t.Errorf("key %d twice in a Range", k)
			}
		}
	})
	var handles [keys]*primitives.KeyCounter[uint32]
	for k := range handles {
		handles[k] = c.Counter(uint32(k))
	}
	var turn atomic.Uint32
	add := func(delta int64) {
		switch i := turn.Add(1); i & 1 {
		case 0:
			c.Add(i>>1%keys, delta)
		default:
			handles[i>>1%keys].Add(delta)
		}
	}
	// Stress wants the sum of what add did; all that is going on else must have
	// ended before it is exact.
	var ended sync.Once
	first := true
	d := backendtest.Stress(t, adds, add, func() int64 {
		if first {
			first = false
			return 0
		}
		ended.Do(func() {
			close(stop)
			wg.Wait()
		})
		sum := given.Load() + c.Overflow().Load()
		for k, n := range c.All() {
			if l := c.Load(k); l != n || handles[k].Load() != n {
				t.Errorf("key %d is %d in Range, %d by Load, %d by its KeyCounter", k, n, l, handles[k].Load())
			}
			sum += n
		}
		return sum
	})
	t.Logf("%d keys deleted, %d reset, hot in %d looks", deletes.Load(), resets.Load(), hot.Load())
	if adds >= 1_000_000 && (deletes.Load() == 0 || resets.Load() == 0) { // fewer may be over before these get a CPU
		t.Error("nothing was deleted or reset")
	}
	return d
}

// TestStressCounterMap: exact sums, on every backend, while keys come and go.
func TestStressCounterMap(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		adds := backendtest.Adds(t) / 10
		if d := stressCounterMap(t, adds, opt); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
	})
}

func TestStressCounterMapMaxKeys(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		if d := stressCounterMap(t, backendtest.Adds(t)/20, opt, primitives.WithMaxKeys(3)); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
	})
}

// fences is a backend whose Fence is another one.
type fences struct {
	backend.Backend
	fence func() error
}

func (f fences) Fence(slot int) error {
	if err := f.fence(); err != nil {
		return err
	}
	return f.Backend.Fence(slot)
}

var errNoFence = errors.New("no fence")

func rseqBackend(t *testing.T) backend.Backend {
	t.Helper()
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	if err := b.Fence(backend.AllSlots); err != nil {
		t.Skip(err)
	}
	return b
}

// TestCounterMapWithoutFence: where the kernel refuses fences from the
// beginning, keys stay cold, and everything works.
func TestCounterMapWithoutFence(t *testing.T) {
	b := fences{rseqBackend(t), func() error { return errNoFence }}
	c := primitives.NewCounterMap[int](primitives.WithBackend(b))
	if warm(t, c, 1); c.Form(1) != "cold" {
		t.Errorf("form %s without fences", c.Form(1))
	}
	if d := stressCounterMap(t, backendtest.Adds(t)/20, primitives.WithBackend(b)); d != 0 {
		t.Errorf("the sum is off by %d", d)
	}
}

// TestCounterMapLosesFence: where it begins to refuse them later, Delete and Reset
// delete all the same, and lose nothing.
func TestCounterMapLosesFence(t *testing.T) {
	var calls atomic.Int64
	refuseEvery := int64(0)
	b := fences{rseqBackend(t), func() error {
		if n := calls.Add(1); refuseEvery > 0 && n%refuseEvery == 0 {
			return errNoFence
		}
		return nil
	}}
	c := primitives.NewCounterMap[int](primitives.WithBackend(b))
	n := warm(t, c, 1)
	refuseEvery = 1
	for range 2 {
		if got, ok := c.Delete(1); got != n || !ok {
			t.Errorf("Delete: %d, %t, want %d", got, ok, n)
		}
		if c.Form(1) != "" || c.Load(1) != 0 || c.Len() != 0 {
			t.Errorf("then it is %s, %d, and there are %d keys", c.Form(1), c.Load(1), c.Len())
		}
		if n = warm(t, c, 1); c.Form(1) != "guarded" {
			t.Errorf("form %s", c.Form(1))
		}
	}
	if r := c.Reset(); r[1] != n || len(r) != 1 {
		t.Errorf("Reset: %v", r)
	}
	refuseEvery = 3
	if d := stressCounterMap(t, backendtest.Adds(t)/20, primitives.WithBackend(b)); d != 0 {
		t.Errorf("the sum is off by %d", d)
	}
}
