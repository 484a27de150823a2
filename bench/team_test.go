package bench

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestWindowKeepsCompany gives one thread one long operation: the other's
// short ones must go on until it ends.
func TestWindowKeepsCompany(t *testing.T) {
	needCPUs(t, 2)
	cpus, err := allowedCPUs()
	if err != nil {
		t.Fatal(err)
	}
	team, err := startTeam(cpus[:2])
	if err != nil {
		t.Fatal(err)
	}
	defer team.stop()
	var ended, after atomic.Int32
	ss := team.run(Impl{Loop: func(thread, _ int) {
		switch thread {
		case 0:
			time.Sleep(50 * time.Millisecond)
			ended.Store(1)
			time.Sleep(5 * time.Millisecond)
		case 1:
			after.Add(ended.Load())
		}
	}}, 2, 0, 1, time.Millisecond)
	if after.Load() == 0 {
		t.Error("a thread stopped before the other had finished measuring")
	}
	if ss[1].elapsed > 50*time.Millisecond {
		t.Errorf("a window of 1 ms lasted %v", ss[1].elapsed)
	}
}
