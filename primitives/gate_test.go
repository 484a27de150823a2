package primitives_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// A server stops when its last request is answered.
func ExampleGate() {
	var inFlight primitives.Gate
	answer := func(request string) {
		if !inFlight.Enter() {
			fmt.Println(request, "refused")
			return
		}
		defer inFlight.Leave()
		fmt.Println(request, "answered")
	}
	answer("first")

	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := inFlight.Close(ctx); err != nil {
		fmt.Println(inFlight.Len(), "requests were not answered in time")
	}
	answer("second")
	// Output:
	// first answered
	// second refused
}

func TestGate(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		g := primitives.NewGate(opt)
		if turned {
			turnGate(t, g, opt)
		}
		for range 3 {
			if !g.Enter() {
				t.Fatal("Enter failed")
			}
		}
		if g.Len() != 3 {
			t.Errorf("Len %d, want 3", g.Len())
		}
		// Not all leave in time. The gate is closed all the same.
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := g.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		if g.Enter() || g.Go(func() {}) {
			t.Error("Enter of a closed gate")
		}
		if g.Len() != 3 {
			t.Errorf("Len %d, want 3", g.Len())
		}
		// Several go on waiting, one gives up, none returns before the last has left.
		var left atomic.Bool
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if err := g.Close(context.Background()); err != nil || !left.Load() {
					t.Errorf("Close: %v, or too early", err)
				}
			}()
		}
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		if err := g.Close(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("Close: %v", err)
		}
		g.Leave()
		g.Leave()
		left.Store(true)
		g.Leave()
		wg.Wait()
		if err := g.Close(cancelled); err != nil || g.Len() != 0 {
			t.Errorf("Close of a gate that nobody is inside: %v", err)
		}
	})
}

func TestGateGo(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		g := primitives.NewGate(opt)
		if turned {
			turnGate(t, g, opt)
		}
		var done atomic.Int32
		for i := range 10 {
			if !g.Go(func() {
				defer done.Add(1)
				time.Sleep(time.Millisecond)
				if i%2 == 0 {
					runtime.Goexit()
				}
			}) {
				t.Fatal("Go failed")
			}
		}
		if err := g.Close(context.Background()); err != nil || done.Load() != 10 {
			t.Errorf("%v, %d are done", err, done.Load())
		}
	})
}
