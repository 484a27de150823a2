package primitives_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// Two numbers that belong together, counted on each CPU.
func ExampleSharded() {
	type traffic struct{ packets, bytes atomic.Int64 }
	var seen primitives.Sharded[traffic]

	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 1000 {
				here := seen.Here()
				here.packets.Add(1)
				here.bytes.Add(1500)
			}
		}()
	}
	wg.Wait()

	var packets, bytes int64
	for t := range seen.All() {
		packets += t.packets.Load()
		bytes += t.bytes.Load()
	}
	fmt.Println(packets, "packets,", bytes, "bytes")
	// Output: 4000 packets, 6000000 bytes
}

func TestSharded(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		type part struct {
			made bool
			n    int
		}
		s := primitives.NewSharded[part](opt)
		news := 0
		s.New = func(p *part) {
			if news++; news == 1 {
				panic("New")
			}
			p.made = true
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			s.Here()
		}()
		for range s.All() {
			t.Error("a part for which New has panicked")
		}
		p := s.Here()
		if !p.made {
			t.Error("New was not called")
		}
		p.n = 1
		sum := 0
		for p := range s.All() {
			sum += p.n
		}
		if sum != 1 {
			t.Errorf("sum %d, want 1", sum)
		}
		for range s.All() {
			break
		}
	})
}

// TestStressSharded: what is added to parts is in them, whatever happens to threads, and
// the collector sees what they point to.
func TestStressSharded(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		type part struct {
			sum  atomic.Int64
			last atomic.Pointer[[]int64]
		}
		s := primitives.NewSharded[part](opt)
		var made atomic.Int64
		s.New = func(*part) { made.Add(1) }
		var ops atomic.Int64
		add := func(delta int64) {
			p := s.Here()
			p.sum.Add(delta)
			if n := ops.Add(1); n%64 == 0 {
				p.last.Store(&[]int64{n, n})
			}
			if n := p.last.Load(); n != nil && (*n)[0] != (*n)[1] {
				t.Error("what a part points to has gone")
			}
		}
		stop := strangers(func() { add(0) })
		if d := backendtest.Stress(t, stressed(t, stressShare), add, func() (sum int64) {
			for p := range s.All() {
				sum += p.sum.Load()
			}
			return sum
		}); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
		stop()
		var parts []uintptr
		for p := range s.All() {
			parts = append(parts, uintptr(unsafe.Pointer(p)))
		}
		for i, p := range parts {
			for _, q := range parts[:i] {
				if d := p - q; d < 128+unsafe.Sizeof(part{}) && -d < 128+unsafe.Sizeof(part{}) {
					t.Errorf("parts are %d bytes from each other", int(d))
				}
			}
		}
		if n := made.Load(); int(n) != len(parts) {
			t.Errorf("New was called %d times, there are %d parts", n, len(parts))
		}
		t.Logf("%d parts", len(parts))
	})
}

// TestShardedOtherCPU: two CPUs have two parts, and one has one.
func TestShardedOtherCPU(t *testing.T) {
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	s := primitives.NewSharded[int](primitives.WithBackend(b))
	var mu sync.Mutex
	seen := make(map[*int]bool)
	// Beside other programs the process may long have one CPU at a time, and so one index.
	for end := time.Now().Add(time.Minute); len(seen) < 2 && time.Now().Before(end); {
		var wg sync.WaitGroup
		for range 2 * runtime.NumCPU() {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range 1000 {
					p := s.Here()
					mu.Lock()
					seen[p] = true
					mu.Unlock()
				}
			}()
		}
		wg.Wait()
	}
	if len(seen) < 2 {
		t.Error("all goroutines had the same part")
	}
	if len(seen) > runtime.NumCPU()+4*runtime.NumCPU() {
		t.Errorf("%d parts", len(seen))
	}
}

// TestShardedBeforeSelection: parts that were used before there was a backend are in
// use afterwards.
func TestShardedBeforeSelection(t *testing.T) {
	if !fresh(t, time.Minute) {
		return
	}
	var s primitives.Sharded[atomic.Int64]
	for range 10 {
		s.Here().Add(1)
	}
	if primitives.DefaultIfReady() {
		t.Error("the selection was waited for")
	}
	primitives.EndSlow()
	if _, err := primitives.Default(); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		s.Here().Add(1)
	}
	var sum int64
	n := 0
	for p := range s.All() {
		sum += p.Load()
		n++
	}
	if sum != 20 || n > 2*runtime.NumCPU() {
		t.Errorf("sum %d in %d parts, want 20", sum, n)
	}
}

func TestHeadcountBeforeSelection(t *testing.T) {
	if !fresh(t, time.Minute) {
		return
	}
	var r primitives.Ref
	var g primitives.Gate
	var s primitives.Sections
	var c primitives.Checkout[strings.Builder]
	use := func() {
		for range 2 * primitives.EntriesToTurn {
			r.TryGet()
			g.Enter()
			s.Leave(s.Enter())
			c.Put(c.Get())
		}
	}
	use()
	if primitives.DefaultIfReady() {
		t.Error("the selection was waited for")
	}
	primitives.EndSlow()
	if _, err := primitives.Default(); err != nil {
		t.Fatal(err)
	}
	use()
	zero := false
	r.Kill(func() { zero = true })
	go func() {
		for range 4 * primitives.EntriesToTurn {
			g.Leave()
		}
	}()
	if err := g.Close(background); err != nil {
		t.Error(err)
	}
	for range 4 * primitives.EntriesToTurn {
		if zero {
			t.Fatal("onZero too early")
		}
		r.Put()
	}
	if !zero || s.Synchronize(background) != nil {
		t.Error("not exact")
	}
}
