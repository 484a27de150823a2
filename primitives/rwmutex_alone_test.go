//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// TestRWMutexAlone: a lock that one goroutine uses at a time never begins anything.
func TestRWMutexAlone(t *testing.T) {
	var fences atomic.Int64
	defer primitives.HookFence(func() error { fences.Add(1); return nil })()
	locks := make([]*primitives.RWMutex, 100_000)
	opt := primitives.WithBackend(anyBackend(t))
	cells := anyBackend(t).Memory().Stats()
	goroutines := runtime.NumGoroutine()
	for i := range locks {
		if locks[i] = new(primitives.RWMutex); i%2 == 0 {
			locks[i] = primitives.NewRWMutex(opt)
		}
	}
	for range 4 {
		for _, rw := range locks {
			rw.RLock()
			rw.RUnlock()
			rw.Lock()
			rw.Unlock()
			if !rw.TryRLock() || rw.TryLock() {
				t.Fatal("TryRLock failed, or TryLock did not")
			}
			rw.RUnlock()
		}
	}
	for i, rw := range locks {
		if rw.Begun() || rw.Met() {
			t.Fatalf("lock %d has begun something", i)
		}
	}
	if n := fences.Load(); n != 0 {
		t.Errorf("%d fences", n)
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, there were %d", n, goroutines)
	}
	if now := anyBackend(t).Memory().Stats(); now.Groups > cells.Groups {
		t.Errorf("memory for cells: %+v, before %+v", now, cells)
	}
}

// TestRWMutexHasNoTimer: what a lock is made of can't make one.
func TestRWMutexHasNoTimer(t *testing.T) {
	files, err := filepath.Glob("rwmutex*.go")
	if err != nil || len(files) == 0 {
		t.Skipf("no sources here: %v", err)
	}
	for _, file := range append(files, "semaphore.go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			if imp.Path.Value == `"time"` {
				t.Errorf("%s imports package time", file)
			}
		}
	}
}

// anyBackend returns the best backend that can be had.
func anyBackend(t *testing.T) backend.Backend {
	t.Helper()
	for _, c := range primitives.Candidates() {
		if b, err := c.Open(); err == nil {
			return b
		}
	}
	t.Fatal("no backend")
	return nil
}

// TestRWMutexNested: a goroutine that meets itself has met nobody.
func TestRWMutexNested(t *testing.T) {
	rw := primitives.NewRWMutex(rseqOption(t))
	for range 100 * primitives.TurnAfter {
		rw.RLock()
		rw.RLock()
		rw.RUnlock()
		rw.RUnlock()
	}
	if rw.Open() {
		t.Error("turned")
	}
}
