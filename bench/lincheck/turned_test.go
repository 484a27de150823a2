package lincheck

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// eachTurned runs f on each backend, with a function that makes values of which every
// other one counts on the CPUs, where the backend has such: turn has used it as often as
// it takes for that.
func eachTurned[T any](t *testing.T, newOne func(primitives.Option) T, turn func(T), f func(t *testing.T, newOne func() T)) {
	for _, candidate := range primitives.Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("no %s backend: %v", candidate.Name, err)
			continue
		}
		t.Run("backend="+b.Name(), func(t *testing.T) {
			opt := primitives.WithBackend(b)
			newTurned := func() T {
				one := newOne(opt)
				turn(one)
				return one
			}
			if b.Memory().Geometry().Leaf == backend.LeafRseq {
				mustTurn(t, b.Memory(), newTurned)
			}
			var made atomic.Int64
			f(t, func() T {
				if made.Add(1)%2 == 0 {
					return newTurned()
				}
				return newOne(opt)
			})
		})
	}
}

// mustTurn fails unless what newTurned makes has cells. A group of memory has 64 of them,
// so if it has, that many for each group there was, and for two more, take new groups,
// whatever is collected meanwhile. Some may not turn, where threads share a CPU.
func mustTurn[T any](t *testing.T, memory *backend.Memory, newTurned func() T) {
	const inGroup = 64
	wanted := memory.Stats().Groups + 2
	var kept []T
	for len(kept) < 4*inGroup*wanted && memory.Stats().Groups < wanted {
		kept = append(kept, newTurned())
	}
	if memory.Stats().Groups < wanted {
		t.Errorf("of %d values none has turned, or few have", len(kept))
	}
	runtime.KeepAlive(kept)
}
