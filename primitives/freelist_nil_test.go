package primitives_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestFreeListNeverNil: while there is always one object that nobody uses, no Get
// returns nil, though that object is never the same for long nor in the same place.
func TestFreeListNeverNil(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) { neverNil(t, opt, nil) })
	t.Run("many slots", func(t *testing.T) {
		// A walk along these takes its time, and a Put may be anywhere.
		possible := make([]int, 256)
		for i := range possible {
			possible[i] = i
		}
		b, err := backendtest.NewFake(backendtest.Script{Possible: possible, Threads: 256, MoveEvery: 1, AbortEvery: 5})
		if err != nil {
			t.Fatal(err)
		}
		neverNil(t, primitives.WithBackend(b), nil)
	})
	for name, byCPU := range map[string]bool{"shelf for each CPU": true, "shelf for each hash": false} {
		t.Run(name, func(t *testing.T) {
			neverNil(t, atomicOption(t), func(l *primitives.FreeList[thing]) { l.SplitShelves(byCPU) })
		})
	}
}

// atomicOption is WithBackend of the atomic backend.
func atomicOption(t *testing.T) primitives.Option {
	t.Helper()
	for _, c := range primitives.Candidates() {
		if c.Name == "atomic" {
			b, err := c.Open()
			if err != nil {
				t.Fatal(err)
			}
			return primitives.WithBackend(b)
		}
	}
	panic("no atomic backend")
}

func neverNil(t *testing.T, opt primitives.Option, prepare func(l *primitives.FreeList[thing])) {
	length := 400 * time.Millisecond
	if testing.Short() {
		length = 50 * time.Millisecond
	}
	for _, objects := range []int{2, 3, 9} {
		l := primitives.NewFreeList[thing](opt, primitives.WithMaxObjects(objects), primitives.WithPerCPU(4))
		l.Put(l.Get())
		if prepare != nil {
			prepare(l)
		}
		var none, pairs atomic.Int64
		var inUse atomic.Int64 // or in a Get or Put
		put := func(x *thing) {
			x.owner = 0
			l.Put(x)
			inUse.Add(-1)
			pairs.Add(1)
		}
		// Who gets an object mostly has another put it, and so often on another CPU:
		// else everyone would find his own where he left it.
		passed := make(chan *thing, objects)
		until := time.Now().Add(length)
		var wg sync.WaitGroup
		for me := range 2 * objects {
			wg.Add(1)
			go func() {
				defer wg.Done()
				// Where these goroutines get to run only after that, they go on for one pair.
				for n := 0; n%64 != 0 || time.Now().Before(until) || pairs.Load()+none.Load() == 0; n++ {
					if me%2 == 0 {
						select {
						case x := <-passed:
							put(x)
						default:
							runtime.Gosched()
						}
						continue
					}
					if inUse.Add(1) > int64(objects) { // all others leave one
						inUse.Add(-1)
						runtime.Gosched()
						continue
					}
					x := l.Get()
					if x == nil {
						none.Add(1)
						inUse.Add(-1)
						continue
					}
					if x.owner != 0 {
						t.Errorf("got an object that another has")
					}
					x.owner = int64(me + 1)
					if n%4 == 0 {
						put(x)
					} else {
						passed <- x
					}
				}
			}()
		}
		wg.Wait()
		for len(passed) > 0 {
			put(<-passed)
		}
		if n := none.Load(); n > 0 || pairs.Load() == 0 {
			t.Errorf("%d Gets in vain of %d, though one of %d objects was never in use; %+v", n, n+pairs.Load(), objects, l.Stats())
		}
		if l.Len() != l.Stats().Objects {
			t.Errorf("%d of %d objects are in the list", l.Len(), l.Stats().Objects)
		}
	}
}

// TestFreeListWhileSelecting: a list works on its depot alone while there is no
// backend, gets its stacks when there is one, and loses nothing on the way.
func TestFreeListWhileSelecting(t *testing.T) {
	for _, c := range primitives.Candidates() {
		t.Run(c.Name, func(t *testing.T) {
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			var ready atomic.Bool
			defer primitives.SetBackendIfReady(func() (backend.Backend, bool) {
				if ready.Load() {
					return b, true
				}
				return nil, false
			})()
			for range 20 {
				ready.Store(false)
				s := &listStress{list: primitives.NewFreeList[thing](primitives.WithMaxObjects(stressObjects))}
				var wg sync.WaitGroup
				for i := range stressHolders {
					wg.Add(1)
					go func() {
						defer wg.Done()
						s.hold(int64(1+i), 100, false)
						if i == stressHolders/2 {
							if s := s.list.Stats(); s.Backend != "none" || s.Stacked != 0 || s.Hits != 0 {
								t.Errorf("%+v before there was a backend", s)
							}
							ready.Store(true)
						}
						s.hold(int64(1+i), 200, false)
					}()
				}
				wg.Wait()
				s.list.Put(s.list.Get())
				s.list.Put(s.list.Get())
				if s := s.list.Stats(); s.Backend != c.Name || s.Hits == 0 {
					t.Errorf("%+v when there was a backend", s)
				}
				s.check(t)
			}
		})
	}
}
