//lint:file-ignore SA2001 empty critical sections are what is tested

package primitives_test

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// TestRWMutexMethods: the method sets are the same, so changing the import is
// all of the migration.
func TestRWMutexMethods(t *testing.T) {
	ours, theirs := reflect.TypeFor[*primitives.RWMutex](), reflect.TypeFor[*sync.RWMutex]()
	signatures := func(typ reflect.Type) map[string]reflect.Type {
		m := map[string]reflect.Type{}
		for i := range typ.NumMethod() {
			f := typ.Method(i).Type
			var in, out []reflect.Type
			for i := 1; i < f.NumIn(); i++ {
				in = append(in, f.In(i))
			}
			for i := range f.NumOut() {
				out = append(out, f.Out(i))
			}
			m[typ.Method(i).Name] = reflect.FuncOf(in, out, false)
		}
		return m
	}
	got, want := signatures(ours), signatures(theirs)
	for _, name := range []string{"Open", "Begun", "Met", "Eager", "Turn", "AttachLate", "SharedDistance"} { // of rwmutex_export_test.go
		delete(got, name)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("methods %v, want %v", got, want)
	}
}

// TestRWMutexSize keeps the documented cost true, and what it is spent for.
func TestRWMutexSize(t *testing.T) {
	if primitives.RWMutexSize != 96 && !primitives.Invariants {
		t.Errorf("%d bytes, documented are 96", primitives.RWMutexSize)
	}
	if d := new(primitives.RWMutex).SharedDistance(); d < 64 {
		t.Errorf("the shared word is %d bytes from the guard, on its cache line", d)
	}
}

// TestRWMutexExclusion tries every Try in every state of the lock, on locks that
// are new, turned, and just written.
func TestRWMutexExclusion(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		locks := map[string]func() *primitives.RWMutex{
			"zero": func() *primitives.RWMutex { return new(primitives.RWMutex) },
			"new":  func() *primitives.RWMutex { return primitives.NewRWMutex(opt) },
			"turned": func() *primitives.RWMutex {
				rw := primitives.NewRWMutex(opt)
				turn(t, rw, opt)
				return rw
			},
			"closed": func() *primitives.RWMutex {
				rw := primitives.NewRWMutex(opt)
				turn(t, rw, opt)
				rw.Lock()
				rw.Unlock()
				return rw
			},
			"opened again": func() *primitives.RWMutex {
				rw := primitives.NewRWMutex(opt)
				turn(t, rw, opt)
				rw.Lock()
				rw.Unlock()
				turn(t, rw, opt)
				return rw
			},
			"opened with readers": func() *primitives.RWMutex {
				rw := primitives.NewRWMutex(opt)
				turn(t, rw, opt)
				rw.Lock()
				rw.Unlock()
				rw.RLock() // counts in the shared word
				turn(t, rw, opt)
				rw.RUnlock() // and here in the cell
				return rw
			},
		}
		for name, lock := range locks {
			t.Run(name, func(t *testing.T) {
				try := func(what string, got, want bool) {
					t.Helper()
					if got != want {
						t.Errorf("%s is %v", what, got)
					}
				}
				rw := lock()
				rw.RLock()
				try("TryLock while read-locked", rw.TryLock(), false)
				try("TryRLock while read-locked", rw.TryRLock(), true)
				rw.RUnlock()
				try("TryLock while still read-locked", rw.TryLock(), false)
				rw.RUnlock()
				try("TryLock while unlocked", rw.TryLock(), true)
				try("TryLock while locked", rw.TryLock(), false)
				try("TryRLock while locked", rw.TryRLock(), false)
				rw.Unlock()
				try("TryRLock while unlocked", rw.TryRLock(), true)
				rw.RUnlock()

				rw = lock()
				rw.RLock()
				done := make(chan struct{})
				go func() { // Lock elsewhere, Unlock here; RUnlock the other way about
					rw.Lock()
					close(done)
				}()
				select {
				case <-done:
					t.Fatal("Lock while read-locked")
				case <-time.After(10 * time.Millisecond):
				}
				waitFor(t, true, "keep readers out while a writer waits", func() bool {
					if rw.TryRLock() { // it has not got that far
						rw.RUnlock()
						return false
					}
					return true
				})
				go rw.RUnlock()
				<-done
				locked := make(chan struct{})
				go func() {
					rw.RLock()
					close(locked)
				}()
				select {
				case <-locked:
					t.Fatal("RLock while locked")
				case <-time.After(10 * time.Millisecond):
				}
				rw.Unlock()
				<-locked
				rw.RUnlock()
				rw.Lock()
				rw.Unlock()
			})
		}
	})
}

// turn turns a lock to the CPUs' slots if its backend has them.
func turn(t *testing.T, rw *primitives.RWMutex, opt primitives.Option) {
	t.Helper()
	waitFor(t, guards(opt), "turn the lock", func() bool {
		rw.Turn()
		return rw.Open()
	})
}

// guards reports whether the option's backend has what turning a lock takes.
func guards(opt primitives.Option) bool {
	b := primitives.BackendOf(opt)
	return b.Memory().Geometry().Leaf == backend.LeafRseq && b.Fence(backend.AllSlots) == nil
}

// waitFor waits until cond holds, if it should.
func waitFor(t *testing.T, should bool, what string, cond func() bool) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		switch done := cond(); {
		case done && should:
			return
		case done:
			t.Fatalf("%s: done, on a backend without guards", what)
		case !should && time.Since(began) > 5*time.Millisecond:
			return
		case time.Since(began) > 10*time.Second:
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

func TestRWMutexAllocations(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		rw := primitives.NewRWMutex(opt)
		turn(t, rw, opt)
		if n := testing.AllocsPerRun(100, func() { rw.RLock(); rw.RUnlock() }); n != 0 {
			t.Errorf("RLock and RUnlock allocate %v times", n)
		}
	})
}
