package bench

import (
	"sync/atomic"
	"testing"
	"time"
)

// newTeam starts a team for as long as a test takes.
func newTeam(tb testing.TB, threads int) *team {
	tb.Helper()
	needCPUs(tb, threads)
	cpus, err := allowedCPUs()
	if err != nil {
		tb.Fatal(err)
	}
	team, err := startTeam(cpus[:threads])
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(team.stop)
	return team
}

// TestWindowKeepsCompany gives one thread one long operation: the other's
// short ones must go on until it ends.
func TestWindowKeepsCompany(t *testing.T) {
	team := newTeam(t, 2)
	for try := 1; ; try++ {
		var ended, after atomic.Int32
		ss := team.run(Impl{Loop: func(thread, _ int) {
			switch thread {
			case 0:
				time.Sleep(50 * time.Millisecond)
				ended.Store(1)
				// However long the other thread may have to wait for its CPU.
				for give := time.Now().Add(10 * time.Second); after.Load() == 0 && time.Now().Before(give); {
					time.Sleep(100 * time.Microsecond)
				}
			case 1:
				after.Add(ended.Load())
			}
		}}, 2, 0, 1, time.Millisecond)
		if after.Load() == 0 {
			t.Fatal("a thread stopped before the other had finished measuring")
		}
		if ss[1].elapsed <= ss[0].elapsed {
			return
		}
		if try == 10 { // it may have waited for its CPU, too, and have begun before the other
			t.Fatalf("a window of 1 ms lasted %v", ss[1].elapsed)
		}
	}
}
