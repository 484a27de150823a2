package primitives_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// thing is an object whose holder marks it.
type thing struct {
	owner int64
	link  *int
	_     [5]uint64
}

func TestFreeList(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[thing](opt, primitives.WithPerCPU(4))
		seen := make(map[*thing]bool)
		var all []*thing
		for range 500 {
			x := l.Get()
			if seen[x] || *x != (thing{}) {
				t.Fatalf("Get returned %p: seen %v, content %v", x, seen[x], *x)
			}
			seen[x] = true
			all = append(all, x)
		}
		for _, x := range all {
			x.owner = 1
			l.Put(x)
		}
		made := l.Stats().Objects
		if l.Len() != made {
			t.Errorf("Len %d of %d", l.Len(), made)
		}
		for range 500 {
			delete(seen, l.Get())
		}
		if s := l.Stats(); s.Objects != made || s.Refills == 0 || s.Grows == 0 || s.Spills == 0 && s.Backend != "fake" {
			t.Errorf("after 500 in, 500 out: %+v, and there were %d objects", s, made)
		}
	})
}

// TestFreeListStays: one goroutine gets what it has put, without the depot.
func TestFreeListStays(t *testing.T) {
	for _, c := range primitives.Candidates() {
		b, err := c.Open()
		if err != nil {
			backendtest.Unavailable(t, c.Name, err)
		}
		l := primitives.NewFreeList[thing](primitives.WithBackend(b))
		for range 1000 {
			l.Put(l.Get())
		}
		if s := l.Stats(); s.Hits < 900 || s.Backend != c.Name {
			t.Errorf("%s: %+v, want about 1000 hits", c.Name, s)
		}
	}
}

func TestFreeListCallbacks(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[thing](opt, primitives.WithPerCPU(2))
		news, resets := 0, 0
		l.New = func(x *thing) {
			news++
			x.link = new(int)
			if news == 3 {
				l.Put(l.Get()) // a list may be used by its own New
			}
		}
		l.Reset = func(x *thing) {
			resets++
			x.owner = 0
		}
		var held []*thing
		for round := range 3 {
			for range 50 {
				x := l.Get()
				if x.link == nil || x.owner != 0 {
					t.Fatalf("round %d: got %+v", round, *x)
				}
				x.owner = 7
				held = append(held, x)
			}
			for _, x := range held {
				l.Put(x)
			}
			held = held[:0]
		}
		if news < 50 || news > 51+2*primitives.SlotsOf(opt) || resets != 151 { // some may lie on other stacks
			t.Errorf("%d calls of New and %d of Reset, want about 50 and 151", news, resets)
		}
	})
}

// TestFreeListNewPanics: the object is not lost.
func TestFreeListNewPanics(t *testing.T) {
	l := primitives.NewFreeList[thing](primitives.WithMaxObjects(1))
	fail := true
	l.New = func(*thing) {
		if fail {
			panic("no")
		}
	}
	wantPanic(t, "no", func() { l.Get() })
	if fail = false; l.Get() == nil {
		t.Error("the only object is gone")
	}
}

// TestFreeListMax: Get returns nil if all objects are in use, and only then,
// wherever they were put.
func TestFreeListMax(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for _, max := range []int{1, 3, 100} {
			l := primitives.NewFreeList[thing](opt, primitives.WithMaxObjects(max), primitives.WithPerCPU(7))
			for range 20 {
				var held []*thing
				for range max {
					x := l.Get()
					if x == nil {
						t.Fatalf("no object while %d of %d are free", max-len(held), max)
					}
					held = append(held, x)
				}
				if x := l.Get(); x != nil {
					t.Fatalf("an object beyond %d", max)
				}
				elsewhere(func() {
					for _, x := range held {
						l.Put(x)
					}
				})
			}
			if s := l.Stats(); s.Objects != max {
				t.Errorf("%+v, want %d objects", s, max)
			}
		}
	})
}

// elsewhere runs f on another thread, and so maybe on another CPU.
func elsewhere(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func TestFreeListDrain(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[thing](opt)
		if err := l.Drain(); err != nil || l.Len() != 0 || l.Stats().Backend != "" {
			t.Errorf("an unused list: Drain %v, %+v", err, l.Stats())
		}
		held := make([]*thing, 200)
		for i := range held {
			held[i] = l.Get()
		}
		var wg sync.WaitGroup
		for i := range 4 { // on as many CPUs as they find
			wg.Add(1)
			go func() {
				defer wg.Done()
				for _, x := range held[50*i:][:50] {
					l.Put(x)
				}
			}()
		}
		wg.Wait()
		before := l.Stats()
		if err := l.Drain(); err != nil {
			t.Fatal(err)
		}
		after := l.Stats()
		if before.Stacked == 0 || after.Stacked != 0 || after.Depot != before.Stacked+before.Depot || l.Len() != after.Objects {
			t.Errorf("drained %+v to %+v", before, after)
		}
	})
}

// TestFreeListMisuse: what panics in every build.
func TestFreeListMisuse(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l, other := primitives.NewFreeList[thing](opt), primitives.NewFreeList[thing](opt)
		x, y := l.Get(), other.Get()
		const foreign = "percpu: FreeList.Put of an object that is not from this list"
		wantPanic(t, "percpu: FreeList.Put of nil", func() { l.Put(nil) })
		wantPanic(t, foreign, func() { l.Put(y) })
		wantPanic(t, foreign, func() { l.Put(&[]thing{{}, {}}[1]) })
		wantPanic(t, foreign, func() { l.Put(new(struct{ a, b thing }).b.self()) })
		var unused primitives.FreeList[thing]
		wantPanic(t, foreign, func() { unused.Put(x) })
		l.Put(x)
		other.Put(y)
		if l.Len() != l.Stats().Objects {
			t.Error("misuse has changed the list")
		}
	})
	wantPanic(t, "percpu: WithPerCPU(0): not 1 to 1023 objects", func() { primitives.WithPerCPU(0) })
	wantPanic(t, "percpu: WithPerCPU(1024): not 1 to 1023 objects", func() { primitives.WithPerCPU(1024) })
	wantPanic(t, "percpu: WithMaxObjects(0): less than 1 object", func() { primitives.WithMaxObjects(0) })
}

func (x *thing) self() *thing { return x }

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	f()
}

// TestFreeListShapes: objects of all sizes, zero and huge, and zero lists.
func TestFreeListShapes(t *testing.T) {
	getPut(t, new(primitives.FreeList[struct{}]))
	getPut(t, new(primitives.FreeList[byte]))
	getPut(t, new(primitives.FreeList[string]))
	getPut(t, new(primitives.FreeList[[1 << 20]byte]))
	getPut(t, new(primitives.FreeList[struct {
		a byte
		b complex128
	}]))
	var local primitives.FreeList[any]
	getPut(t, &local)
	var field struct{ a, b primitives.FreeList[func()] }
	getPut(t, &field.b)
}

func getPut[T any](t *testing.T, l *primitives.FreeList[T]) {
	t.Helper()
	x, y := l.Get(), l.Get()
	if x == y || x == nil || y == nil {
		t.Errorf("%T: got %p and %p", l, x, y)
	}
	l.Put(x)
	l.Put(y)
	if n := l.Len(); n < 2 || n != l.Stats().Objects {
		t.Errorf("%T: Len %d after two Puts: %+v", l, n, l.Stats())
	}
}

// TestFreeListWithoutFence: where stacks can't be drained by the backend that
// was asked for, another one's are used.
func TestFreeListWithoutFence(t *testing.T) {
	b, err := backendtest.NewFake(backendtest.Script{FailFence: true})
	if err != nil {
		t.Fatal(err)
	}
	l := primitives.NewFreeList[thing](primitives.WithBackend(b))
	l.Put(l.Get())
	if s := l.Stats(); s.Backend != "atomic" || s.Stacked == 0 {
		t.Errorf("%+v, want stacks of the atomic backend", s)
	}
	if err := l.Drain(); err != nil {
		t.Error(err)
	}
}

// TestFreeListDropped: a list that nobody has is freed, and its stacks are used
// again.
func TestFreeListDropped(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const lists, bytes = 64, 1 << 20
		slabs := make(chan struct{}, 10*lists)
		makeLists := func() {
			for range lists {
				l := primitives.NewFreeList[[bytes]byte](opt)
				x := l.Get()
				runtime.AddCleanup(x, func(struct{}) { slabs <- struct{}{} }, struct{}{})
				l.Put(x)
			}
		}
		makeLists()
		collectUntil(t, "slabs to be freed", func() bool { return len(slabs) >= lists-1 })
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range 3 {
			makeLists()
			collectUntil(t, "slabs to be freed", func() bool { return len(slabs) >= lists-1 })
			for len(slabs) > 0 {
				<-slabs
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > lists/2*bytes {
			t.Errorf("the heap has grown by %d bytes", grown)
		}
	})
}

// TestFreeListKeeps: the collector leaves an object alone that only the list knows.
func TestFreeListKeeps(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[thing](opt, primitives.WithMaxObjects(1))
		freed := make(chan struct{}, 1)
		func() {
			x := l.Get()
			x.owner, x.link = 7, new(int)
			runtime.AddCleanup(x, func(struct{}) { freed <- struct{}{} }, struct{}{})
			l.Put(x)
		}()
		for range 5 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
		if len(freed) != 0 {
			t.Error("an object of the list was freed")
		}
		if x := l.Get(); x == nil || x.owner != 7 || x.link == nil {
			t.Errorf("got %+v", x)
		}
	})
}

// collectUntil collects garbage until what follows from it has happened.
func collectUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		runtime.GC()
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestFreeListNoAllocations(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[thing](opt, primitives.WithPerCPU(8))
		held := make([]*thing, 40) // more than a stack, so that there are refills and spills
		cycle := func() {
			for i := range held {
				held[i] = l.Get()
			}
			for _, x := range held {
				l.Put(x)
			}
		}
		for range 100 {
			cycle()
		}
		if n := testing.AllocsPerRun(200, cycle); n != 0 {
			t.Errorf("Get and Put allocate %v times in %d pairs", n, len(held))
		}
		if s := l.Stats(); !strings.HasPrefix(t.Name(), "TestFreeListNoAllocations/fake") && (s.Spills == 0 || s.Refills == 0) {
			t.Errorf("%+v: the slow ways were not tested", s)
		}
	})
}

func ExampleFreeList() {
	var packets primitives.FreeList[[1500]byte]

	p := packets.Get()
	n := copy(p[:], "the buffer is as its last user left it")
	fmt.Println(n)
	packets.Put(p)

	p = packets.Get() // most likely the same one
	fmt.Println(len(p))
	// Output:
	// 38
	// 1500
}

func ExampleNewFreeList() {
	type request struct{ header map[string]string }
	requests := primitives.NewFreeList[request](primitives.WithMaxObjects(2))
	requests.New = func(r *request) { r.header = make(map[string]string) }
	requests.Reset = func(r *request) { clear(r.header) }

	first, second := requests.Get(), requests.Get()
	fmt.Println(requests.Get() == nil)
	first.header["Accept"] = "*/*"
	requests.Put(first)
	requests.Put(second)
	fmt.Println(len(requests.Get().header), len(requests.Get().header))
	// Output:
	// true
	// 0 0
}
