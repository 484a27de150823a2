package primitives_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// A handle is closed when no reader uses it any more.
func ExampleSections() {
	type handle struct {
		name string
		open bool
	}
	var readers primitives.Sections
	var current atomic.Pointer[handle]
	current.Store(&handle{"first", true})

	read := func() {
		section := readers.Enter()
		defer readers.Leave(section)
		h := current.Load()
		fmt.Println(h.name, h.open)
	}
	read()

	old := current.Swap(&handle{"second", true})
	if err := readers.Synchronize(context.Background()); err == nil {
		old.open = false // nobody reads it
	}
	read()
	// Output:
	// first true
	// second true
}

func TestSections(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt)
		background := context.Background()
		for range 3 {
			if turned {
				turnSections(t, s, opt)
			}
			if err := s.Synchronize(background); err != nil {
				t.Fatal(err)
			}
			if turned {
				turnSections(t, s, opt)
			}
			outer := s.Enter()
			inner := s.Enter()
			var left atomic.Bool
			half, done := s.Half(), make(chan error)
			go func() {
				err := s.Synchronize(background)
				if !left.Load() {
					t.Error("Synchronize returned too early")
				}
				done <- err
			}()
			for s.Half() == half { // or what is entered would be waited for
				time.Sleep(time.Millisecond)
			}
			later := s.Enter() // is not waited for
			time.Sleep(2 * time.Millisecond)
			s.Leave(inner)
			gone := make(chan struct{})
			go func() {
				left.Store(true)
				s.Leave(outer)
				close(gone)
			}()
			<-gone
			if err := <-done; err != nil {
				t.Error(err)
			}
			s.Leave(later)
		}
	})
}

// TestSectionsGivenUp: who gives up waiting changes nothing for others, and those who
// come later wait for all that were open when they came.
func TestSectionsGivenUp(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt)
		short := func() error {
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			defer cancel()
			return s.Synchronize(ctx)
		}
		var open []primitives.Section
		for range 5 {
			if turned {
				s.Eager()
			}
			open = append(open, s.Enter())
			if err := short(); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("%d sections are open: %v", len(open), err)
			}
		}
		for _, i := range []int{4, 0, 2, 3, 1} {
			if err := short(); err == nil {
				t.Error("Synchronize did not wait")
			}
			s.Leave(open[i])
		}
		if err := s.Synchronize(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestSectionsContextPanics: a context that can't be asked is its caller's problem alone.
func TestSectionsContextPanics(t *testing.T) {
	var s primitives.Sections
	section := s.Enter()
	var none context.Context
	if panics(func() { _ = s.Synchronize(none) }) == nil {
		t.Error("Synchronize did not need its context")
	}
	s.Leave(section)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Synchronize(ctx); err != nil {
		t.Error(err)
	}
}

// TestSectionsShared: many who synchronize at once share their attempts.
func TestSectionsShared(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt)
		first := s.Enter()
		var wg sync.WaitGroup
		const many = 50
		for range many {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if err := s.Synchronize(context.Background()); err != nil {
					t.Error(err)
				}
			}()
		}
		for s.Waiters() < many-1 { // those who come later need an attempt more
			time.Sleep(time.Millisecond)
		}
		s.Leave(first)
		wg.Wait()
		if n := s.Attempts(); n > many/2 {
			t.Errorf("%d attempts for %d", n, many)
		}
	})
}

// A section that one goroutine enters and another leaves.
func ExampleSection() {
	var readers primitives.Sections
	work := make(chan primitives.Section)
	go func() {
		section := <-work
		fmt.Println("the last reader leaves")
		readers.Leave(section)
	}()
	work <- readers.Enter()
	err := readers.Synchronize(context.Background()) // waits for it
	fmt.Println("nobody reads what was there before,", err)
	// Output:
	// the last reader leaves
	// nobody reads what was there before, <nil>
}

// TestSectionsZeroSection: to leave a section that was never entered panics, and says so
// where misuse is looked for; it changes nothing.
func TestSectionsZeroSection(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt)
		if turned {
			turnSections(t, s, opt)
		}
		section := s.Enter()
		got := fmt.Sprint(panics(func() { s.Leave(primitives.Section{}) }))
		if got == "<nil>" || primitives.Invariants && got != "percpu: Sections.Leave of the zero Section" {
			t.Errorf("panic %q", got)
		}
		s.Leave(section)
		if err := s.Synchronize(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
