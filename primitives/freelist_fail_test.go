package primitives_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// failures are the ways in which a callback does not return.
var failures = map[string]func(){
	"panic":  func() { panic("no") },
	"Goexit": runtime.Goexit,
}

// returns reports whether f does, in a goroutine of its own.
func returns(f func()) bool {
	did := make(chan bool)
	go func() {
		done := false
		defer func() {
			_ = recover()
			did <- done
		}()
		f()
		done = true
	}()
	return <-did
}

// TestFreeListResetFails: the object stays with its holder, and with nobody else,
// however often that happens, and can then be put.
func TestFreeListResetFails(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for how, fail := range failures {
			l := primitives.NewFreeList[thing](opt, primitives.WithMaxObjects(2), primitives.WithPerCPU(1))
			failing, resets := false, 0
			l.Reset = func(x *thing) {
				x.owner = 0
				if resets++; failing {
					fail()
				}
			}
			x, y := l.Get(), l.Get()
			for try := range 3 {
				failing = true
				if returns(func() { l.Put(x) }) {
					t.Fatalf("%s %d: Put returned", how, try)
				}
				if z := l.Get(); z != nil || l.Len() != 0 {
					t.Fatalf("%s %d: got %p of a list of %d, while %p and %p are in use", how, try, z, l.Len(), x, y)
				}
				failing = false
				l.Put(x)
				if z := l.Get(); z != x {
					t.Fatalf("%s %d: got %p, put %p", how, try, z, x)
				}
			}
			l.Put(x)
			l.Put(y)
			if l.Len() != 2 || resets != 8 {
				t.Errorf("%s: %d objects in the list after %d Resets, want 2 after 8", how, l.Len(), resets)
			}
		}
	})
}

// TestFreeListNewFails: the object is not lost, and is as new.
func TestFreeListNewFails(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		for how, fail := range failures {
			l := primitives.NewFreeList[thing](opt, primitives.WithMaxObjects(1))
			failing, news := true, 0
			l.New = func(*thing) {
				if news++; failing {
					fail()
				}
			}
			for range 3 {
				if returns(func() { l.Get() }) {
					t.Fatalf("%s: Get returned", how)
				}
			}
			failing = false
			x := l.Get()
			if x == nil {
				t.Fatalf("%s: the only object is gone", how)
			}
			l.Put(x)
			if y := l.Get(); y != x || news != 4 {
				t.Errorf("%s: got %p, put %p; %d calls of New, want 4", how, y, x, news)
			}
		}
	})
}

// TestFreeListNoBackend: what fails because there is no backend changes nothing,
// as often as it fails, and then works.
func TestFreeListNoBackend(t *testing.T) {
	b, err := primitives.Candidates()[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	missing := true
	defer primitives.SetBackendIfReady(func() (backend.Backend, bool) {
		if missing {
			panic("percpu: none")
		}
		return b, true
	})()
	l := primitives.NewFreeList[thing](primitives.WithMaxObjects(2))
	for range 3 {
		wantPanic(t, "percpu: none", func() { l.Get() })
		wantPanic(t, "percpu: FreeList.Put of an object that is not from this list", func() { l.Put(&[]thing{{}, {}}[1]) })
		if err := l.Drain(); err != nil || l.Len() != 0 || l.Stats() != (primitives.FreeListStats{}) {
			t.Fatalf("Drain %v, Len %d, %+v", err, l.Len(), l.Stats())
		}
	}
	missing = false
	if x, y, z := l.Get(), l.Get(), l.Get(); x == nil || y == nil || z != nil {
		t.Errorf("got %p, %p and %p of two objects", x, y, z)
	}
}

// TestFreeListBackendByName is the same in a process that asks for a backend that
// does not exist.
func TestFreeListBackendByName(t *testing.T) {
	const name = "nonesuch"
	if os.Getenv(primitives.BackendEnv) != name {
		cmd := exec.Command(exe(t), "-test.run=^TestFreeListBackendByName$", "-test.v")
		cmd.Env = append(os.Environ(), primitives.BackendEnv+"="+name)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	l := new(primitives.FreeList[thing])
	for range 3 {
		if returns(func() { l.Get() }) {
			t.Error("Get returned")
		}
	}
	if l.Stats() != (primitives.FreeListStats{}) {
		t.Errorf("%+v", l.Stats())
	}
}
