package primitives_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// A configuration is closed when it was replaced and its last user is done.
func ExampleRef() {
	var config struct {
		primitives.Ref
		file string
	}
	config.file = "config-1"

	use := func() {
		if !config.TryGet() {
			fmt.Println("replaced: look for the new one")
			return
		}
		defer config.Put()
		fmt.Println("using", config.file)
	}
	use()
	config.Kill(func() { fmt.Println("closing", config.file) })
	use()
	// Output:
	// using config-1
	// closing config-1
	// replaced: look for the new one
}

func TestRef(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		r := primitives.NewRef(opt)
		for life := range 3 {
			if turned {
				turnRef(t, r, opt)
			}
			if !r.TryGet() {
				t.Fatal("TryGet failed")
			}
			r.Get()
			zeros := 0
			r.Kill(func() { zeros++ })
			if r.TryGet() {
				t.Error("TryGet after Kill")
			}
			r.Get() // a holder may
			r.Put()
			done := make(chan struct{})
			go func() { // by another goroutine
				r.Put()
				close(done)
			}()
			<-done
			if zeros != 0 {
				t.Error("onZero too early")
			}
			mustPanic(t, "in use", r.Reinit)
			mustPanic(t, "killed before", func() { r.Kill(nil) })
			r.Put()
			if zeros != 1 || r.TryGet() {
				t.Errorf("life %d: onZero was called %d times, or TryGet succeeded", life, zeros)
			}
			r.Reinit()
			mustPanic(t, "in use", r.Reinit)
		}
		// Nobody holds it, no function, and again from within it.
		r.Kill(nil)
		r.Reinit()
		r.Kill(r.Reinit)
		if !r.TryGet() {
			t.Error("not alive again")
		}
		r.Put()
	})
}

// TestRefReinitRaces: lives and deaths of one Ref follow each other while others try.
func TestRefReinitRaces(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		r := primitives.NewRef(opt)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for {
					select {
					case <-stop:
						return
					default:
					}
					if r.TryGet() {
						r.Put()
					}
				}
			}()
		}
		for life := range 200 {
			if turned {
				r.Eager()
			}
			zero := make(chan int, 2)
			r.Kill(func() { zero <- life })
			if got := <-zero; got != life {
				t.Fatalf("onZero of life %d in life %d", got, life)
			}
			r.Reinit()
		}
		close(stop)
		wg.Wait()
	})
}
