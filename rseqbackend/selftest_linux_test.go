package rseqbackend

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/feature"
)

// TestSelfTest: this kernel aborts what it preempts.
func TestSelfTest(t *testing.T) {
	openOrSkip(t)
	for try := 1; ; try++ {
		r, err := SelfTest(context.Background())
		t.Logf("%+v", r)
		if err != nil || r.Verdict == Violated || r.Violations > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		if r.Verdict == Aborted {
			return
		}
		if try == 10 {
			t.Fatal("nothing was preempted in 10 tests")
		}
	}
}

// TestSelfTestCatches: a section that the kernel does not abort when it is
// preempted or moved, because it isn't one, stands for a broken kernel.
func TestSelfTestCatches(t *testing.T) {
	openOrSkip(t)
	ctx := context.Background()
	for name, interrupt := range map[string]func() (SelfTestResult, error){
		"preempt": func() (SelfTestResult, error) {
			return preempt(ctx, unaborted, selfTestEnough, selfTestTime)
		},
		"move": func() (SelfTestResult, error) {
			return move(ctx, unaborted, selfTestEnough, selfTestTime), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "move" && (runtime.NumCPU() < 2 || runtime.GOMAXPROCS(0) < 2) {
				t.Skip("two threads have to run at a time")
			}
			for try := 1; ; try++ {
				var r SelfTestResult
				var err error
				feature.OnThread(func() { r, err = interrupt() })
				t.Logf("%+v", r)
				if err != nil || r.Verdict == Aborted {
					t.Fatalf("%+v, %v", r, err)
				}
				if r.Verdict == Violated {
					return
				}
				if try == 10 {
					t.Fatal("not caught in 10 tests")
				}
			}
		})
	}
}

// unaborted is like asm.Spin, but no section.
func unaborted(state *uint32, turns uint64) (aborted bool) {
	for range turns / 2 {
		atomic.StoreUint32(state, asm.SpinStarted)
	}
	return false
}

func TestSelfTestOneProc(t *testing.T) {
	openOrSkip(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	r, err := SelfTest(context.Background())
	t.Logf("%+v", r)
	if err != nil || r.Verdict == Violated {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSelfTestEnds(t *testing.T) {
	openOrSkip(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r, err := SelfTest(ctx); err != nil || r.Verdict != Undecided || r.Sections != 0 {
		t.Errorf("%+v, %v, want it undecided at once", r, err)
	}
}

func TestSelfTestJudges(t *testing.T) {
	type section struct {
		preemptions int64
		aborted     bool
	}
	for _, tt := range []struct {
		sections []section
		want     Verdict
	}{
		{nil, Undecided},
		{[]section{{0, false}, {0, true}}, Undecided},           // aborted by something else
		{[]section{{1, false}}, Undecided},                      // perhaps outside
		{[]section{{1, true}}, Aborted},                         //
		{[]section{{3, true}, {1, false}}, Aborted},             //
		{[]section{{strayPreemptions, false}}, Undecided},       // perhaps, too
		{[]section{{strayPreemptions + 1, false}}, Violated},    //
		{[]section{{1, true}, {5, false}, {1, true}}, Violated}, // now and then is too often
	} {
		var r SelfTestResult
		for _, s := range tt.sections {
			r.count(s.preemptions, s.aborted)
		}
		if r.judge(); r.Verdict != tt.want {
			t.Errorf("%v: %+v, want %s", tt.sections, r, tt.want)
		}
	}
}
