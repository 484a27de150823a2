package cref_test

import (
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/cref"
)

// counted is an implementation, and how many operations were asked of it since
// the process began: so a check that succeeds proves that its loop is what ran,
// to the last operation.
type counted struct {
	bench.Impl
	ops *atomic.Int64
}

var asked = make(map[string]*atomic.Int64)

func (c counted) check(t *testing.T) {
	t.Helper()
	if err := cref.Check(c.Name, c.ops.Load()); err != nil {
		t.Error(err)
	}
}

// implementations skips the test where there are none.
func implementations(t *testing.T) (counts []counted) {
	t.Helper()
	impls, reason := cref.Impls()
	if reason != nil {
		if cref.Built && os.Getenv("PERCPU_REQUIRE") == "rseq" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	for _, impl := range impls {
		ops, loop := asked[impl.Name], impl.Loop
		if ops == nil {
			ops = new(atomic.Int64)
			asked[impl.Name] = ops
		}
		impl.Loop = func(thread, n int) {
			loop(thread, n)
			ops.Add(int64(n))
		}
		counts = append(counts, counted{impl, ops})
	}
	return counts
}

// TestReason is for processes without a reference: they must be told why.
func TestReason(t *testing.T) {
	impls, reason := cref.Impls()
	if (reason == nil) != (len(impls) > 0) {
		t.Fatalf("%d implementations, reason %v", len(impls), reason)
	}
	if !cref.Built && reason == nil {
		t.Error("implementations in C, of which none was compiled")
	}
	if reason != nil && !strings.HasPrefix(reason.Error(), "percpu/bench/cref: ") {
		t.Errorf("reason %q", reason)
	}
}

func TestCheckNoticesOne(t *testing.T) {
	for _, c := range implementations(t) {
		c.Loop(0, 1000)
		c.check(t)
		for _, wrong := range []int64{-1, 1} {
			if cref.Check(c.Name, c.ops.Load()+wrong) == nil {
				t.Errorf("%s: off by %d, and not noticed", c.Name, wrong)
			}
		}
	}
}

// TestComparison measures all of them, beside percpu's own, as a program does
// that imports this package. The figures are for whoever runs it with -v.
func TestComparison(t *testing.T) {
	counts := implementations(t)
	impls := []bench.Impl{percpuCounter(t), atomicInt64()}
	for _, c := range counts {
		impls = append(impls, c.Impl)
	}
	cfg := bench.Config{Rounds: 20}
	if testing.Short() {
		cfg.Rounds = 2
	}
	r, err := bench.Compare(cfg, impls...)
	for _, c := range counts {
		c.check(t)
	}
	if err != nil {
		t.Skip(err) // a busy machine
	}
	var table strings.Builder
	if err := r.Table().WriteMarkdown(&table); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s\n%s", r.Conditions(), table.String())
}
