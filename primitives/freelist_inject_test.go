//go:build percpuinject && linux && (amd64 || arm64) && !purego

package primitives_test

import (
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestFreeListAborts runs the stress test, with Drain all the time, with sections
// that wait, and wants some of them aborted. Where there shall be many pairs, they
// wait less.
func TestFreeListAborts(t *testing.T) {
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	n, turns := 20_000, uint64(injectedTurns)
	if os.Getenv(backendtest.StressEnv) != "" {
		n, turns = pairs(t), turns/20
	}
	aborts := b.Stats().Aborts
	atomic.StoreUint64(&asm.Injected.Delay, turns)
	defer atomic.StoreUint64(&asm.Injected.Delay, 0)
	stressFreeList(t, primitives.WithBackend(b), n)
	if aborts = b.Stats().Aborts - aborts; aborts == 0 {
		t.Error("no section was aborted: this test has tested nothing")
	}
	t.Logf("%d aborts", aborts)
}

// TestFreeListClosedEarly drains while leaves wait before the beginning of what the
// kernel restarts: what they have seen of the stack until then would not do. They also
// wait before they commit, and Drain waits before it reads, so that it may come between
// what they read and what they write.
func TestFreeListClosedEarly(t *testing.T) {
	b, err := primitives.Candidates()[0].Open()
	if err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	atomic.StoreUint64(&asm.InjectedStack.Early, 10*injectedTurns)
	defer atomic.StoreUint64(&asm.InjectedStack.Early, 0)
	atomic.StoreUint64(&asm.Injected.Delay, 10*injectedTurns)
	defer atomic.StoreUint64(&asm.Injected.Delay, 0)
	asm.InjectedStack.Drain = 2 * injectedTurns
	defer func() { asm.InjectedStack.Drain = 0 }()
	s := &listStress{list: primitives.NewFreeList[thing](primitives.WithBackend(b), primitives.WithMaxObjects(stressObjects))}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.hold(1, 20_000, false)
	}()
	for drains := 0; ; drains++ {
		select {
		case <-done:
			t.Logf("%d drains", drains)
			s.check(t)
			return
		default:
			if err := s.list.Drain(); err != nil {
				t.Fatal(err)
			}
			for start := time.Now(); time.Since(start) < 100*time.Microsecond; { // let it work
			}
		}
	}
}
