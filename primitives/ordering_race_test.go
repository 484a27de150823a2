//go:build race

package primitives_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

const orderEnv = "PERCPU_TEST_ORDER"

// orderCases are programs for the race detector: what a type's paragraph on the memory
// model promises is no race, and what it doesn't is one.
var orderCases = map[string]struct {
	race bool
	f    func()
}{
	"Ref/Puts before onZero": {false, func() {
		var r primitives.Ref
		handedOut(func() { r.Get() }, r.Put, func(done func()) { r.Kill(done) })
	}},
	"Ref/onZero before Reinit before TryGet": {false, func() {
		var r primitives.Ref
		shared, seen := 0, make(chan int)
		r.TryGet()
		r.Kill(func() {
			shared = 1
			r.Reinit()
		})
		go func() {
			for !r.TryGet() {
				runtime.Gosched()
			}
			seen <- shared
		}()
		r.Put()
		<-seen
	}},
	"Ref/holders": {true, func() {
		var r primitives.Ref
		unordered(func() { r.TryGet() }, r.Put)
	}},
	"Ref/onZero before a Reinit that has waited for it": {false, func() {
		for range 300 {
			var r primitives.Ref
			go r.Kill(nil)
			for panics(r.Reinit) != nil {
				runtime.Gosched()
			}
			r.Kill(nil)
		}
	}},
	"RWMutex/who leaves beside a Lock that waits": {true, func() {
		rw := new(primitives.RWMutex)
		end := time.Now().Add(time.Second)
		meet(rw, func() bool {
			rw.Eager()
			return rw.Open() || time.Now().After(end)
		})
		shared, done := new(int), make(chan bool)
		rw.RLock()
		go func() {
			*shared = 1
			rw.Lock()
			rw.Unlock()
			close(done)
		}()
		time.Sleep(50 * time.Millisecond)
		rw.RUnlock()
		*shared = 2
		<-done
	}},
	"Gate/Leaves before Close": {false, func() {
		var g primitives.Gate
		handedOut(func() { g.Enter() }, g.Leave, func(done func()) {
			if g.Close(background) == nil {
				done()
			}
		})
	}},
	"Gate/Close before who is refused": {false, func() {
		var g primitives.Gate
		shared, seen := 0, make(chan int)
		go func() {
			for g.Enter() {
				g.Leave()
				runtime.Gosched()
			}
			seen <- shared
		}()
		runtime.Gosched()
		shared = 1
		over, cancel := context.WithCancel(background)
		cancel()
		_ = g.Close(over)
		<-seen
	}},
	"Gate/those inside": {true, func() {
		var g primitives.Gate
		unordered(func() { g.Enter() }, g.Leave)
	}},
	"Sections/replaced":                     {false, func() { replace(func(s *primitives.Sections) { _ = s.Synchronize(background) }) }},
	"Sections/replaced without Synchronize": {true, func() { replace(func(*primitives.Sections) {}) }},
	"Sections/readers": {true, func() {
		var s primitives.Sections
		unordered(func() { s.Leave(s.Enter()) }, func() {})
	}},
	"Quota": {true, func() {
		q := primitives.NewQuota(1000)
		unordered(func() { q.TryTake(1) }, func() { q.Put(1) })
	}},
	"IDs": {true, func() {
		var ids primitives.IDs
		unordered(func() { ids.Next() }, func() {})
	}},
	"Limiter": {true, func() {
		l := primitives.NewLimiter(1e9, 1<<20)
		unordered(func() { l.Allow() }, func() {})
	}},
}

// handedOut has goroutines do something, each for itself, between begin, of another, and
// end, and looks at all that when it may, as wait says.
func handedOut(begin, end func(), wait func(done func())) {
	var did [8]int
	looked := make(chan int)
	for i := range did {
		begin()
		go func() {
			runtime.Gosched()
			did[i] = i
			end()
		}()
	}
	go wait(func() {
		sum := 0
		for _, n := range did {
			sum += n
		}
		looked <- sum
	})
	if <-looked != 28 {
		fmt.Println("DATA RACE that was no report: wait has not waited")
		os.Exit(1)
	}
}

// unordered has goroutines write the same word between begin and end.
func unordered(begin, end func()) {
	shared := new(int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 500 {
				begin()
				runtime.Gosched() // or each may be through before the next begins
				*shared++
				end()
			}
		}()
	}
	wg.Wait()
}

// replace has readers read what an atomic pointer leads to, while that is replaced and,
// after free has returned, written.
func replace(free func(*primitives.Sections)) {
	var s primitives.Sections
	var now atomic.Pointer[int]
	var stop atomic.Bool
	now.Store(new(int))
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !stop.Load() {
				section := s.Enter()
				p := now.Load()
				runtime.Gosched()
				if *p != 0 {
					fmt.Println("DATA RACE that was no report: read when it was free")
					os.Exit(1)
				}
				s.Leave(section)
			}
		}()
	}
	for range 300 {
		old := now.Swap(new(int))
		free(&s)
		*old = 1
		runtime.Gosched()
	}
	stop.Store(true)
	wg.Wait()
}

func init() {
	if name := os.Getenv(orderEnv); name != "" {
		if _, err := primitives.Default(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		orderCases[name].f()
		fmt.Println("done")
		os.Exit(0)
	}
}

// TestOrdering: no false reports, and real races still reported.
func TestOrdering(t *testing.T) {
	for _, c := range primitives.Candidates() {
		for name, tt := range orderCases {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				if _, err := c.Open(); err != nil {
					backendtest.Unavailable(t, c.Name, err)
				}
				t.Parallel()
				wantReport(t, tt.race, orderEnv+"="+name, c.Name)
			})
		}
	}
}
