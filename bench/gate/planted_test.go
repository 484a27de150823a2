package main

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/percpu-go/percpu/bench"
)

// TestPlanted measures for real, and expects what it measured: that must pass.
// Then it makes one implementation worse at a time: that must not, whatever the
// tolerances in the table are.
func TestPlanted(t *testing.T) {
	if reason := unable(); reason != nil {
		t.Skip(reason)
	}
	if testing.Short() {
		t.Skip("takes several seconds")
	}
	m, err := newMeter(400*time.Millisecond, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	m.slice, m.maxDelay = 4, 0.1 // what is to be seen is large
	table, err := readTable("")
	if err != nil {
		t.Fatal(err)
	}
	results := []*bench.Result{measureOrSkip(t, m, implsOf(rows)), measureOrSkip(t, m, implsOf(rows)), measureOrSkip(t, m, implsOf(rows))}
	for _, row := range rows {
		var ratios []bench.Ratio // one of three may be off as a whole
		for _, r := range results {
			ratios = append(ratios, row.ratio(r))
		}
		table.expect(row.name, bench.MedianRatio(ratios).Median)
	}
	status, log := judgeAndReport(t, table, func(impls []string, _ int) (*bench.Result, error) {
		return measureOrSkip(t, m, impls), nil
	}, true)
	if status != statusOK {
		t.Errorf("without a regression:\n%s", log)
	}
	m.budget = 250 * time.Millisecond
	for _, test := range []struct {
		slow string
		loop func(old bench.Impl) func(thread, n int)
		want string
	}{
		{counterAdd, thrice, "counter / plain += delta"},
		{counterAdd, thrice, "counter / plain++"},
		{counterAdd, m.like(atomicAdd), "counter, 2 threads / 1 thread"},
		{counterAdd, m.like(atomicAdd), "throughput of 2: counter / shared atomic.Int64"},
		{counterLoad, thrice, "counter load / its words' loads"},
		{floatAdd, thrice, "float counter / plain += delta"},
		{floatAdd, m.like(casLoop), "float counter, 2 threads / 1 thread"},
		{counterAtomic, thrice, "atomic backend / atomic.Int64"},
		{counterAtomic, m.like(atomicAdd), "atomic backend, 2 threads / 1 thread"},
		{freeList, thrice, "free list / sync.Pool"},
		{freeList, m.like(atomicAdd), "free list, 2 threads / 1 thread"},
		{freeListBurst, thrice, "free list, 16 at a time / one at a time"},
		{percpuPool, thrice, "pool / sync.Pool"},
	} {
		c := m.find(test.slow)
		good := c.Impl
		c.Loop = test.loop(good)
		v := verdict{row: *rowOf(test.want), entry: table.entries[test.want]}
		for range retries { // noise can hide it once
			v.ratio = v.row.ratio(measureOrSkip(t, m, []string{v.row.a, v.row.b}))
			if !v.ok() {
				break
			}
		}
		c.Impl = good
		if t.Log(v); v.ok() {
			t.Errorf("not noticed: %v", v)
		}
	}
}

// measureOrSkip skips the test on a machine that is too busy.
func measureOrSkip(t *testing.T, m *meter, impls []string) *bench.Result {
	t.Helper()
	for range 5 {
		r, err := m.measure(impls, 0)
		if err == nil {
			return r
		}
		if !errors.Is(err, bench.ErrNoRounds) {
			t.Fatal(err)
		}
	}
	t.Skip(bench.ErrNoRounds)
	return nil
}

// thrice carries out three operations for one.
func thrice(old bench.Impl) func(thread, n int) {
	return func(thread, n int) {
		for range 3 {
			old.Loop(thread, n)
		}
	}
}

// like is another implementation under the first one's name.
func (m *meter) like(name string) func(bench.Impl) func(thread, n int) {
	loop := m.find(name).Loop
	return func(bench.Impl) func(thread, n int) { return loop }
}

func (m *meter) find(name string) *contender {
	for _, c := range m.contenders {
		if c.Name == name {
			return c
		}
	}
	panic("no contender " + name)
}

// TestCheckNotices makes an implementation skip operations.
func TestCheckNotices(t *testing.T) {
	if reason := unable(); reason != nil {
		t.Skip(reason)
	}
	m, err := newMeter(time.Millisecond, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.check(m.rseq.Stats().Overflows); err != nil {
		t.Error(err)
	}
	for _, c := range m.contenders {
		c.done.Add(1)
		if err := c.check(); (err == nil) != (c.sum == nil) {
			t.Errorf("%s skipped one: error %v", c.Name, err)
		}
		c.done.Add(-1)
	}
}
