package cref_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestExact runs each loop on more threads than there are CPUs, while all of
// them are moved from CPU to CPU. What a section loses, by a commit to a CPU's
// memory that it is no longer on, is missing from the sum.
func TestExact(t *testing.T) {
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		t.Fatal(err)
	}
	length := time.Second
	if testing.Short() {
		length = 100 * time.Millisecond
	}
	for _, c := range implementations(t) {
		t.Run(c.Name, func(t *testing.T) {
			before := c.ops.Load()
			moves := migrate(t, allowed, 2+allowed.Count(), length, func(thread int) { c.Loop(thread, 20_000) })
			c.check(t)
			t.Logf("%d operations, %d moves", c.ops.Load()-before, moves)
		})
	}
}

// migrate calls loop again and again on several threads for a while, and moves
// each in turn to the next CPU.
func migrate(t *testing.T, allowed unix.CPUSet, threads int, length time.Duration, loop func(thread int)) (moves int) {
	t.Helper()
	if allowed.Count() < 2 {
		t.Skip("one CPU")
	}
	var stop atomic.Bool
	var done sync.WaitGroup
	tids := make(chan int)
	for i := range threads {
		done.Add(1)
		go func() {
			defer done.Done()
			runtime.LockOSThread() // for good: the thread's affinity is spoilt
			tids <- unix.Gettid()
			for !stop.Load() {
				loop(i)
			}
		}()
	}
	all := make([]int, threads)
	for i := range all {
		all[i] = <-tids
	}
	cpu := 0
	for start := time.Now(); time.Since(start) < length; moves++ {
		for cpu++; !allowed.IsSet(cpu % 1024); cpu++ {
		}
		var one unix.CPUSet
		one.Set(cpu % 1024)
		if err := unix.SchedSetaffinity(all[moves%threads], &one); err != nil {
			t.Error(err)
			break
		}
		time.Sleep(20 * time.Microsecond)
	}
	stop.Store(true)
	done.Wait()
	return moves
}
