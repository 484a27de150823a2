package lincheck

import (
	"math/rand/v2"

	"github.com/anishathalye/porcupine"
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

// usesToTurn is more than it takes.
const usesToTurn = 1100
