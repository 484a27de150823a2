package backendtest

import (
	"testing"
	"time"
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

// faults are what the checks must catch, and which of them must, one for each
// kind of operation that the fault spoils.
var faults = map[Fault][]string{
	LoseOnAbort:      {"add", "add/threads", "addfloat64", "addifzero", "take", "neighbours", "stack/model", "stack/ownership"},
	CommitOnAbort:    {"add", "add/threads", "addfloat64", "addifzero", "take", "neighbours", "stack/model", "stack/ownership"},
	StaleIndex:       {"add", "add/threads", "addfloat64", "addifzero", "take", "neighbours", "stack/model", "stack/ownership"},
	DropUnregistered: {"add", "add/threads", "addfloat64", "addfloat64/huge", "addifzero", "take", "neighbours", "stack/neighbours"},
	SumsWithoutSlot:  {"wrap", "add", "add/threads", "addfloat64", "addfloat64/huge", "addifzero", "take", "neighbours", "stack/neighbours"},
	FenceOutOfBounds: {"fence"},
	KeepInfinity:     {"addfloat64/huge"},
	IgnoreGuard:      {"addifzero", "tokens/fence", "nextinblock/guard"},
	TakeTooMuch:      {"tokens"},
	RepeatNumber:     {"nextinblock"},
	ForgetMax:        {"max"},
	SlotOutOfBounds:  {"slot"},
	PopTwice:         {"stack/ownership", "stack/drain"},
	PushOverFull:     {"stack/model", "stack/ownership", "stack/drain"},
	PartialPush:      {"stack/model", "stack/ownership", "stack/drain"},
	BatchReversed:    {"stack/model"},
	IgnoreClosed:     {"stack/drain"},
	FenceTooSoon:     {"addifzero/fence", "stack/drain"},
}

// TestFaultsAreCaught is the check of the checks.
func TestFaultsAreCaught(t *testing.T) {
	checks := make(map[string]Check)
	for _, c := range Checks() {
		checks[c.Name] = c
	}
	for fault, by := range faults {
		t.Run(string(fault), func(t *testing.T) {
			for _, name := range by {
				if _, ok := checks[name]; !ok {
					t.Fatalf("there is no check %s", name)
				}
				caught(t, fault, checks[name])
			}
		})
	}
}

// caught fails the test if the check finds nothing wrong with the fault. Some
// faults show only when two goroutines meet, which takes its time where there is one CPU.
func caught(t *testing.T, fault Fault, c Check) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		f, err := NewFake(Script{Possible: []int{0, 1, 2}, Threads: 9, MoveEvery: 4, FailEvery: 3, AbortEvery: 1000, Fault: fault})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Func(f); err != nil {
			t.Logf("%s: %v", c.Name, err)
			return
		}
	}
	t.Errorf("%s has not caught it", c.Name)
}
