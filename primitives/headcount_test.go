package primitives_test

import (
	"context"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// turner is what tests ask of Refs, Gates and Sections alike.
type turner interface {
	Open() bool
	Eager()
}

// turnTo makes x count on the CPUs, if its backend can. once enters and leaves.
func turnTo(t *testing.T, x turner, opt primitives.Option, once func()) {
	t.Helper()
	waitFor(t, guards(opt), "turn", func() bool {
		x.Eager()
		once()
		return x.Open()
	})
}

func turnRef(t *testing.T, r *primitives.Ref, opt primitives.Option) {
	t.Helper()
	turnTo(t, r, opt, func() {
		if !r.TryGet() {
			t.Fatal("TryGet failed")
		}
		r.Put()
	})
}

func turnGate(t *testing.T, g *primitives.Gate, opt primitives.Option) {
	t.Helper()
	turnTo(t, g, opt, func() {
		if !g.Enter() {
			t.Fatal("Enter failed")
		}
		g.Leave()
	})
}

func turnSections(t *testing.T, s *primitives.Sections, opt primitives.Option) {
	t.Helper()
	turnTo(t, s, opt, func() { s.Leave(s.Enter()) })
}

// eachState runs f with and without values that have turned, on each backend.
func eachState(t *testing.T, f func(t *testing.T, opt primitives.Option, turned bool)) {
	t.Helper()
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		t.Run("new", func(t *testing.T) { f(t, opt, false) })
		if guards(opt) {
			t.Run("turned", func(t *testing.T) { f(t, opt, true) })
		}
	})
}

// TestHeadcountTurns: what few enter has no cell, and what many enter has one, by
// itself.
func TestHeadcountTurns(t *testing.T) {
	opt := rseqOption(t)
	r, g, s := primitives.NewRef(opt), primitives.NewGate(opt), primitives.NewSections(opt)
	once := func() {
		r.TryGet()
		r.Put()
		g.Enter()
		g.Leave()
		s.Leave(s.Enter())
	}
	for range primitives.EntriesToTurn - 1 {
		once()
	}
	if r.Open() || g.Open() || s.Open() {
		t.Error("turned too early")
	}
	waitFor(t, true, "turn", func() bool {
		for range primitives.EntriesToTurn {
			once()
		}
		return r.Open() && g.Open() && s.Open()
	})
	// Who synchronizes often pays no fence.
	var fences atomic.Int64
	defer primitives.HookFence(func() error { fences.Add(1); return nil })()
	for range 100 {
		once()
		if err := s.Synchronize(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if n := fences.Load(); n != 1 {
		t.Errorf("%d fences for 100 calls of Synchronize, want that of the first", n)
	}
}

// TestAttachLate: who comes to make a cell when others have made it, opened the guard and
// are counted there closes nothing.
func TestAttachLate(t *testing.T) {
	opt := rseqOption(t)
	r := primitives.NewRef(opt)
	turnRef(t, r, opt)
	if r.AttachLate(); !r.Open() {
		t.Error("Ref: closed")
	}
	rw := primitives.NewRWMutex(opt)
	turn(t, rw, opt)
	rw.RLock()
	if rw.AttachLate(); !rw.Open() {
		t.Error("RWMutex: closed")
	}
	if rw.TryLock() {
		t.Error("RWMutex: a writer is in with a reader")
	}
	rw.RUnlock()
}

func TestHeadcountLayout(t *testing.T) {
	for i, d := range primitives.SharedDistances() {
		if d < 64 {
			t.Errorf("type %d: the shared word is %d bytes from the guard", i, d)
		}
	}
	t.Logf("Ref %d bytes, Gate %d, Sections %d", unsafe.Sizeof(primitives.Ref{}), unsafe.Sizeof(primitives.Gate{}), unsafe.Sizeof(primitives.Sections{}))
}

// TestTurnedStopsTheWorld: where fences come to be refused, what was turned goes on
// exactly, each of four types by stopping the world.
func TestTurnedStopsTheWorld(t *testing.T) {
	opt := rseqOption(t)
	stops := worldStops()
	const rounds = 20
	defer func() {
		if n := worldStops() - stops; n < 4*rounds {
			t.Errorf("the world was stopped %d times", n)
		}
	}()
	for range rounds {
		r, g, s := primitives.NewRef(opt), primitives.NewGate(opt), primitives.NewSections(opt)
		turnRef(t, r, opt)
		turnGate(t, g, opt)
		turnSections(t, s, opt)
		rw := primitives.NewRWMutex(opt)
		turn(t, rw, opt)
		var writing atomic.Bool
		undo := primitives.HookFence(func() error { return backend.ErrNotSupported })
		dead := make(chan struct{})
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for r.TryGet() {
					select {
					case <-dead:
						t.Error("dead")
					default:
					}
					r.Put()
				}
				for g.Enter() {
					s.Leave(s.Enter())
					rw.RLock()
					if writing.Load() {
						t.Error("a reader is in with a writer")
					}
					rw.RUnlock()
					g.Leave()
				}
			}()
		}
		r.Kill(func() { close(dead) })
		<-dead
		rw.Lock()
		writing.Store(true)
		runtime.Gosched()
		writing.Store(false)
		rw.Unlock()
		if err := s.Synchronize(context.Background()); err != nil {
			t.Error(err)
		}
		if err := g.Close(context.Background()); err != nil || g.Len() != 0 {
			t.Errorf("%v, %d inside", err, g.Len())
		}
		wg.Wait()
		undo()
	}
}

// worldStops returns how often the world has been stopped for something else than a
// collection.
func worldStops() (n uint64) {
	s := []metrics.Sample{{Name: "/sched/pauses/total/other:seconds"}}
	metrics.Read(s)
	for _, count := range s[0].Value.Float64Histogram().Counts {
		n += count
	}
	return n
}

func mustPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if s, _ := recover().(string); !strings.HasPrefix(s, "percpu: ") || !strings.Contains(s, want) {
			t.Errorf("panic %q, want %q", s, want)
		}
	}()
	f()
}
