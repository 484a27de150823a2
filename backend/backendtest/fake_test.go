package backendtest

import (
	"fmt"
	"slices"
	"testing"
)

// scripts are what the checks must pass under: degenerate geometries and
// everything that may happen to a thread.
var scripts = map[string]Script{
	"plain":        {},
	"one slot":     {Threads: 4, MoveEvery: 3},
	"sparse":       {Possible: []int{0, 3, 4, 63}, Threads: 7, MoveEvery: 2},
	"aborts":       {Possible: []int{0, 1}, Threads: 4, MoveEvery: 5, AbortEvery: 3},
	"all fail":     {Possible: []int{0, 1}, Threads: 4, MoveEvery: 5, FailEvery: 1},
	"some fail":    {Possible: []int{0, 1, 2}, Threads: 9, MoveEvery: 1, FailEvery: 3, AbortEvery: 7},
	"one slot bad": {Threads: 2, MoveEvery: 1, FailEvery: 2, AbortEvery: 2},
}

func TestFakeConforms(t *testing.T) {
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) {
			f, err := NewFake(s)
			if err != nil {
				t.Fatal(err)
			}
			Run(t, f)
			stats := f.Stats()
			if (s.AbortEvery > 0) != (stats.Aborts > 0) || (s.FailEvery > 0) != (stats.Overflows > 0) {
				t.Errorf("script %+v did not happen: %+v", s, stats)
			}
		})
	}
}

// TestFaultsAreCaught is the check of the checks.
func TestFaultsAreCaught(t *testing.T) {
	for _, fault := range []Fault{LoseOnAbort, CommitOnAbort, StaleIndex, DropUnregistered, SumsWithoutSlot, FenceOutOfBounds, KeepInfinity, IgnoreGuard, TakeTooMuch, RepeatNumber, ForgetMax,
		PopTwice, PushOverFull, PartialPush, BatchReversed, IgnoreClosed, FenceTooSoon} {
		t.Run(string(fault), func(t *testing.T) {
			f, err := NewFake(Script{Possible: []int{0, 1, 2}, Threads: 9, MoveEvery: 4, FailEvery: 3, AbortEvery: 1000, Fault: fault})
			if err != nil {
				t.Fatal(err)
			}
			// Some faults show only when two goroutines meet, which they may
			// miss on a busy machine.
			for range 10 {
				if caught := failing(f); caught != nil {
					t.Log(caught)
					return
				}
			}
			t.Error("no check caught it")
		})
	}
}

// failing returns what the first check that fails has against f.
func failing(f *Fake) error {
	for _, c := range Checks() {
		if err := c.Func(f); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return nil
}

// TestEveryGuardIsLookedAt: a fault of them all is caught by the check of each.
func TestEveryGuardIsLookedAt(t *testing.T) {
	f, err := NewFake(Script{Possible: []int{0, 1}, Threads: 4, MoveEvery: 5, Fault: IgnoreGuard})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"addifzero", "tokens/fence", "nextinblock/guard"} {
		i := slices.IndexFunc(Checks(), func(c Check) bool { return c.Name == name })
		if err := Checks()[i].Func(f); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
