package primitives

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

var (
	errNever = fmt.Errorf("never: %w", backend.ErrNotSupported)
	errNow   = errors.New("try again")
)

// script is a selector of two candidates: first, which opens as err says, and
// second, which always opens.
type script struct {
	selector
	now     atomic.Int64
	err     atomic.Pointer[error]
	opened  atomic.Int64 // how often first was
	opening sync.Mutex   // held by tests to keep first from opening
	fences  atomic.Int64
}

// fencing is a backend that counts fences.
type fencing struct {
	backend.Backend
	name   string
	fences *atomic.Int64
}

func (f fencing) Name() string    { return f.name }
func (f fencing) Fence(int) error { f.fences.Add(1); return nil }

func newScript(t *testing.T, env string, err error) *script {
	t.Helper()
	fake, e := backendtest.NewFake(backendtest.Script{})
	if e != nil {
		t.Fatal(e)
	}
	s := new(script)
	s.fail(err)
	s.now.Store(1)
	s.env = func() string { return env }
	s.clock = s.now.Load
	s.candidates = []backend.Candidate{
		{Name: "first", Open: func() (backend.Backend, error) {
			s.opening.Lock()
			defer s.opening.Unlock()
			s.opened.Add(1)
			return fencing{fake, "first", &s.fences}, *s.err.Load()
		}},
		{Name: "second", Open: func() (backend.Backend, error) { return fencing{fake, "second", &s.fences}, nil }},
	}
	return s
}

func (s *script) fail(err error) { s.err.Store(&err) }

// settle waits until nothing is under way in the background.
func (s *script) settle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(time.Minute); s.busy.Load(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the selection doesn't end")
		}
	}
}

func (s *script) wantOpened(t *testing.T, n int64) {
	t.Helper()
	if got := s.opened.Load(); got != n {
		t.Fatalf("opened %d times, want %d", got, n)
	}
}

// TestSelectorRemembers: what get returns, and when it selects again.
func TestSelectorRemembers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		env     string
		err     error  // of the first candidate
		want    string // the backend, "" for an error
		at      [4]int // how often it was opened: by the first get, soon, after a second, and when it went well
		forever bool
	}{
		{"opens", "auto", nil, "first", [4]int{1, 1, 1, 1}, true},
		{"by name", "first", nil, "first", [4]int{1, 1, 1, 1}, true},
		{"conclusive no", "", errNever, "second", [4]int{1, 1, 1, 1}, true},
		{"inconclusive no", "auto", errNow, "second", [4]int{1, 1, 2, 3}, false},
		{"by name, conclusive no", "first", errNever, "", [4]int{1, 2, 3, 4}, false},
		{"by name, inconclusive no", "first", errNow, "", [4]int{1, 2, 3, 4}, false},
		{"nobody's name", "third", nil, "", [4]int{0, 0, 0, 0}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t, tt.env, tt.err)
			get := func(opened int, want string) {
				t.Helper()
				sel, err := s.get()
				if (err != nil) != (want == "") || want != "" && sel.Backend.Name() != want {
					t.Fatalf("%v, %v, want %q", sel, err, want)
				}
				s.wantOpened(t, int64(opened))
			}
			get(tt.at[0], tt.want)
			s.now.Add(retryAfter / 2)
			get(tt.at[1], tt.want)
			s.now.Add(retryAfter)
			get(tt.at[2], tt.want)
			s.fail(nil)
			s.now.Add(retryAfter)
			if tt.forever {
				get(tt.at[3], tt.want)
				return
			}
			get(tt.at[3], "first")
			s.now.Add(2 * retryAfter)
			get(tt.at[3], "first")
		})
	}
}

// TestSelectorReadyDoesNotWait: while a candidate takes its time ready says that
// there is nothing yet, as often as it is asked, and get waits. Afterwards no
// goroutine is left.
func TestSelectorReadyDoesNotWait(t *testing.T) {
	s := newScript(t, "", nil)
	before := runtime.NumGoroutine()
	s.opening.Lock()
	for range 1000 {
		if b, ok := s.ready(); ok || b != nil {
			t.Fatalf("ready before anything was opened: %v", b)
		}
	}
	got := make(chan backend.Selection)
	go func() {
		sel, err := s.get()
		if err != nil {
			t.Error(err)
		}
		got <- sel
	}()
	select {
	case sel := <-got:
		t.Fatalf("get did not wait: %v", sel)
	case <-time.After(20 * time.Millisecond):
	}
	s.opening.Unlock()
	if sel := <-got; sel.Backend.Name() != "first" {
		t.Errorf("selected %v", sel)
	}
	s.settle(t)
	if b, ok := s.ready(); !ok || b.Name() != "first" {
		t.Errorf("not ready after get: %v", b)
	}
	s.wantOpened(t, 1)
	for end := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, before %d", runtime.NumGoroutine(), before)
		}
	}
}

// TestSelectorFences: a selection leaves the first fence, for which the kernel has to be
// prepared, to who needs one.
func TestSelectorFences(t *testing.T) {
	for _, env := range []string{"", "first"} {
		s := newScript(t, env, nil)
		s.ready()
		s.settle(t)
		if _, ok := s.ready(); !ok || s.fences.Load() != 0 {
			t.Errorf("%q: ready %t, %d fences, want 0", env, ok, s.fences.Load())
		}
	}
}

// TestSelectorRetries: an inconclusive selection is made again in the background, by
// one goroutine, once a second, and until then there is what there was.
func TestSelectorRetries(t *testing.T) {
	s := newScript(t, "", errNow)
	want := func(name string, opened int64) {
		t.Helper()
		var wg sync.WaitGroup
		for range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range 100 {
					if b, ok := s.ready(); !ok || b.Name() != name {
						t.Errorf("ready: %v, %t, want %s", b, ok, name)
					}
				}
			}()
		}
		wg.Wait()
		s.settle(t)
		s.wantOpened(t, opened)
	}
	s.ready()
	s.settle(t)
	s.now.Add(retryAfter / 2)
	want("second", 1)
	s.now.Add(retryAfter)
	want("second", 2)
	want("second", 2)
	s.fail(nil)
	s.now.Add(retryAfter)
	s.ready()
	s.settle(t)
	want("first", 3)
	s.now.Add(10 * retryAfter)
	want("first", 3)
}

// TestSelectorByName: a backend asked for by name is there at once, or ready panics,
// as often as it is asked, and does not open it behind anyone's back.
func TestSelectorByName(t *testing.T) {
	s := newScript(t, "first", errNow)
	panics := func() (text string) {
		defer func() { text = fmt.Sprint(recover()) }()
		s.ready()
		return
	}
	for i := range int64(3) {
		if text := panics(); !strings.HasPrefix(text, `percpu: no backend for PERCPU_BACKEND="first"`) {
			t.Errorf("panic %q", text)
		}
		s.wantOpened(t, i+1)
	}
	s.fail(nil)
	if b, ok := s.ready(); !ok || b.Name() != "first" || s.busy.Load() {
		t.Errorf("ready: %v, %t", b, ok)
	}
}

// TestSelectorUse: use overrides the environment, if it can and comes in time, and
// changes nothing if it fails.
func TestSelectorUse(t *testing.T) {
	use := func(s *script, name, want string) {
		t.Helper()
		sel, err := s.use(name)
		if (err != nil) != (want == "") || want != "" && sel.Backend.Name() != want {
			t.Errorf("use %q: %v, %v, want %q", name, sel, err, want)
		}
	}
	s := newScript(t, "", errNow)
	for range 2 {
		use(s, "third", "")
		use(s, "first", "")
		if s.chosen.Load() != nil || s.want != "" {
			t.Fatalf("a use that failed left %+v, %q", s.chosen.Load(), s.want)
		}
	}
	s.fail(nil)
	if sel, err := s.get(); err != nil || sel.Backend.Name() != "first" {
		t.Errorf("then get: %v, %v", sel, err)
	}
	use(s, "second", "")
	use(s, "third", "")
	for _, name := range []string{"first", "auto", ""} {
		use(s, name, "first")
	}
	if b, ok := s.ready(); !ok || b.Name() != "first" {
		t.Errorf("ready: %v, %t", b, ok)
	}

	s = newScript(t, "third", nil)
	use(s, "second", "second")
	use(s, "", "second")
	use(s, "first", "")
	if sel, err := s.get(); err != nil || sel.Backend.Name() != "second" {
		t.Errorf("used second: %v, %v", sel, err)
	}

	s = newScript(t, "third", errNow) // auto is remembered, too, when it is tried again
	use(s, "auto", "second")
	s.fail(nil)
	s.now.Add(2 * retryAfter)
	s.ready()
	s.settle(t)
	if b, ok := s.ready(); !ok || b.Name() != "first" {
		t.Errorf("used auto: %v, %t", b, ok)
	}
}

// TestSelectorNothing: where no candidate opens, values do without, and get says why.
func TestSelectorNothing(t *testing.T) {
	s := newScript(t, "", errNever)
	s.candidates = s.candidates[:1]
	s.ready()
	s.settle(t)
	if b, ok := s.ready(); ok || s.busy.Load() {
		t.Errorf("ready: %v", b)
	}
	var failed *backend.SelectionError
	if _, err := s.get(); !errors.As(err, &failed) || !errors.Is(err, errNever) {
		t.Errorf("%v", err)
	}
	s.wantOpened(t, 1)
}

func TestSelectorBefore(t *testing.T) {
	s := newScript(t, "", nil)
	did := 0
	do := func() { did++ }
	if err := s.before("this", do); err != nil || did != 1 {
		t.Errorf("%v, done %d times", err, did)
	}
	if _, err := s.get(); err != nil {
		t.Fatal(err)
	}
	if err := s.before("this", do); err == nil || did != 1 {
		t.Errorf("too late: %v, done %d times", err, did)
	}
}
