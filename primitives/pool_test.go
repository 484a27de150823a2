package primitives_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// eachPool runs f with pools that are made of stacks, on every backend, and with
// one as it is.
func eachPool(t *testing.T, f func(t *testing.T, newPool func() *primitives.Pool)) {
	t.Helper()
	t.Run("default", func(t *testing.T) { f(t, func() *primitives.Pool { return new(primitives.Pool) }) })
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		f(t, func() *primitives.Pool { return primitives.NewPoolOn(opt) })
	})
}

func TestPool(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		p := newPool()
		if x := p.Get(); x != nil {
			t.Errorf("got %v of an empty pool", x)
		}
		p.Put(nil)
		made := 0
		p.New = func() any { made++; return -made }
		if x := p.Get(); x != -1 {
			t.Errorf("got %v, want what New returns", x)
		}
		seen := make(map[any]int)
		const n = 1000
		for i := range n {
			p.Put(i)
		}
		for range n {
			seen[p.Get()]++
		}
		for x, times := range seen {
			if times != 1 {
				t.Errorf("got %v %d times", x, times)
			}
		}
		// What is on other CPUs' stacks is not found, and under the race detector
		// sync.Pool loses a quarter on purpose.
		if made > 1+n/2 {
			t.Errorf("New was called %d times for %d values", made, n)
		}
	})
}

// TestPoolKinds: values of all shapes come out as they went in.
func TestPoolKinds(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		for _, x := range []any{1, "text", 2.5, struct{}{}, [3]int{1, 2, 3}, new(int), &thing{}, fmt.Errorf("error")} {
			p := newPool()
			var got any
			for try := 0; got == nil && try < 100; try++ { // on another CPU it may not be found
				p.Put(x)
				got = p.Get()
			}
			if got != x {
				t.Errorf("got %v, put %v", got, x)
			}
		}
	})
}

// TestPoolLetsGo: after two collections, and the cleanups that follow, nothing is
// left of what nobody has used, and it is collected.
func TestPoolLetsGo(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		p := newPool()
		var gone atomic.Int32
		const n = 200
		for range n {
			x := new([64]byte)
			runtime.AddCleanup(x, func(struct{}) { gone.Add(1) }, struct{}{})
			p.Put(x)
		}
		collectUntil(t, "values to be dropped", func() bool { return gone.Load() >= n-1 })
		runtime.KeepAlive(p)
	})
}

// TestPoolKeeps: one collection is survived.
func TestPoolKeeps(t *testing.T) {
	if primitives.RaceEnabled {
		t.Skip("sync.Pool loses values under the race detector")
	}
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		for range 50 { // the torment of other tests may collect, too
			p := newPool()
			for i := range 100 {
				p.Put(i)
			}
			runtime.GC()
			if p.Get() != nil {
				return
			}
		}
		t.Error("empty after one collection")
	})
}

// TestPoolDropped: a pool that nobody has is freed with its values, though
// collections wake it up.
func TestPoolDropped(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		var gone atomic.Int32
		for range 10 {
			p := newPool()
			runtime.AddCleanup(p, func(struct{}) { gone.Add(1) }, struct{}{})
			p.Put(p)
		}
		collectUntil(t, "pools to be freed", func() bool { return gone.Load() >= 9 })
	})
}

func TestPoolNoAllocations(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		if primitives.RaceEnabled {
			t.Skip("sync.Pool loses values under the race detector")
		}
		p := newPool()
		x := new(thing)
		if n := testing.AllocsPerRun(1000, func() {
			p.Put(x)
			p.Get()
		}); n != 0 {
			t.Errorf("Put and Get allocate %v times", n)
		}
	})
}

// TestStressPool: nobody gets a value that another has, on every backend, under
// all that happens to threads; collections trim it all the time.
func TestStressPool(t *testing.T) {
	eachPool(t, func(t *testing.T, newPool func() *primitives.Pool) {
		n := pairs(t) / 4
		if t.Name() == "TestStressPool/fake" {
			n = min(n, fakeAdds)
		}
		p := newPool()
		p.New = func() any { return new(thing) }
		var broken atomic.Int64
		hold := func(me int64, n int) {
			for range n {
				x := p.Get().(*thing)
				if x.owner != 0 {
					broken.Add(1)
				}
				x.owner = me
				if me%8 == 0 {
					runtime.Gosched()
				}
				if x.owner != me {
					broken.Add(1)
				}
				x.owner = 0
				p.Put(x)
			}
		}
		torment := backendtest.StartTorment(func() { hold(1, 10) })
		var wg sync.WaitGroup
		for i := range stressHolders {
			wg.Add(1)
			go func() {
				defer wg.Done()
				hold(int64(2+i), n/stressHolders)
			}()
		}
		wg.Wait()
		torment.Stop()
		t.Logf("%d pairs: %v", n, torment)
		if broken.Load() > 0 {
			t.Errorf("%d times someone had a value that another had", broken.Load())
		}
	})
}

func ExamplePool() {
	buffers := primitives.Pool{New: func() any { return new([512]byte) }}

	b := buffers.Get().(*[512]byte)
	fmt.Println(len(b))
	buffers.Put(b)
	// Output: 512
}
