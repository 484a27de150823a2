package lincheck

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// What Ref and Gate have in common: threads come and go, until somebody has that end.

// threadOp is an operation without arguments, and whose it is.
type threadOp[Op ~int] struct {
	op     Op
	thread int
}

// opScenario has threads draw operations below ops, those from rare on half as often, and
// instead of these the usual one.
func opScenario[Op ~int](model porcupine.Model, threads, calls int, ops, rare, usual Op, newObject func() func(any) any) Scenario {
	return Scenario{
		Model:   model,
		Threads: threads,
		New:     newObject,
		Inputs: func(rng *rand.Rand, thread int) (inputs []any) {
			for range calls {
				op := Op(rng.IntN(int(ops)))
				if op >= rare && rng.IntN(2) == 0 {
					op = usual
				}
				inputs = append(inputs, threadOp[Op]{op, thread})
			}
			return inputs
		},
	}
}

// eachTurned runs f on each backend, with a function that says whether the next value
// shall count on the CPUs: every other one, where the backend has such. They are used
// for that as often as it takes.
func eachTurned(t *testing.T, f func(t *testing.T, opt primitives.Option, turn func(use func()))) {
	for _, candidate := range primitives.Candidates() {
		b, err := candidate.Open()
		if err != nil {
			t.Logf("no %s backend: %v", candidate.Name, err)
			continue
		}
		t.Run("backend="+b.Name(), func(t *testing.T) {
			var made atomic.Int64
			groups := b.Memory().Stats().Groups
			f(t, primitives.WithBackend(b), func(use func()) {
				if made.Add(1)%2 == 0 {
					for range usesToTurn {
						use()
					}
				}
			})
			if after := b.Memory().Stats(); b.Memory().Geometry().Leaf == backend.LeafRseq && after.Groups+after.Free <= groups {
				t.Error("no value has turned")
			}
		})
	}
}

// usesToTurn is more than it takes.
const usesToTurn = 1100
