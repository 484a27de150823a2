package lincheck

import (
	"fmt"
	"math/rand/v2"

	"github.com/anishathalye/porcupine"
)

// Counters is what a map of counters can be asked, in terms of small integers.
type Counters interface {
	Add(k int, delta int64)
	Load(k int) int64
	Delete(k int) (final int64, ok bool)
	Range(func(k int, n int64) bool)
	Reset() map[int]int64

	// AddKept and LoadKept go through a handle made before the history.
	AddKept(k int, delta int64)
	LoadKept(k int) int64
}

type counterOp int

const (
	counterAdd counterOp = iota
	counterAddKept
	counterDelete
	counterReset
	counterLoad // this and the following read without taking
	counterLoadKept
	counterRange
	counterOps
)

func (op counterOp) String() string {
	return [...]string{"Add", "AddKept", "Delete", "Reset", "Load", "LoadKept", "Range"}[op]
}

type counterInput struct {
	op    counterOp
	k     int
	delta int64
}

// count is the state of one key, and with it the result of most calls.
type count struct {
	n  int64
	ok bool // not of Load, which doesn't say
}

type counterOutput struct {
	count
	all map[int]int64 // of Range and Reset
}

func (in counterInput) apply(c Counters) (out counterOutput) {
	switch in.op {
	case counterAdd:
		c.Add(in.k, in.delta)
	case counterAddKept:
		c.AddKept(in.k, in.delta)
	case counterDelete:
		out.n, out.ok = c.Delete(in.k)
	case counterReset:
		out.all = c.Reset()
	case counterLoad:
		out.n = c.Load(in.k)
	case counterLoadKept:
		out.n = c.LoadKept(in.k)
	case counterRange:
		out.all = make(map[int]int64)
		c.Range(func(k int, n int64) bool {
			if _, twice := out.all[k]; twice {
				n = -1 // no state is that
			}
			out.all[k] = n
			return true
		})
	}
	return out
}

// step is the specification.
func (in counterInput) step(old, out count) (legal bool, next count) {
	switch in.op {
	case counterAdd, counterAddKept:
		return true, count{old.n + in.delta, true}
	case counterDelete, counterReset:
		return out == old, count{}
	case counterLoad, counterLoadKept:
		return out.n == old.n, old
	case counterRange:
		return out == old, old
	}
	panic("lincheck: no such operation")
}

// counterModel is the model of a map of counters with keys 0 to keys-1, all of
// which begin with n, or absent if n is 0. Reset and Range are calls for each key.
func counterModel(keys int, n int64) porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, keys)
			for _, op := range history {
				in, out := op.Input.(counterInput), op.Output.(counterOutput)
				for k := range parts {
					if out.all != nil {
						in.k = k
						out.n, out.ok = out.all[k], false
						_, out.ok = out.all[k]
					}
					if in.k == k {
						op.Input, op.Output = in, out.count
						parts[k] = append(parts[k], op)
					}
				}
			}
			return parts
		},
		Init: func() any { return count{n, n != 0} },
		Step: func(state, input, output any) (bool, any) {
			legal, next := input.(counterInput).step(state.(count), output.(count))
			return legal, next
		},
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%v%+v = %+v", input.(counterInput).op, input, output)
		},
	}
}

// CounterScenario calls everything that a map of counters can be asked. Each key
// has been counted up to start by fresh. With ones, all additions are of 1:
// then Load must be linearizable too. Without, each addition is a bit of its own, so
// that none is mistaken for another, and only Delete and Reset read.
func CounterScenario(threads, keys, calls int, ones bool, start int64, fresh func() Counters) Scenario {
	return Scenario{
		Model:   counterModel(keys, start),
		Threads: threads,
		New: func() func(any) any {
			c := fresh()
			return func(input any) any { return input.(counterInput).apply(c) }
		},
		Inputs: func(rng *rand.Rand, thread int) []any {
			inputs := make([]any, calls)
			for i := range inputs {
				in := counterInput{counterOp(rng.IntN(int(counterOps))), rng.IntN(keys), 1}
				if !ones {
					in.delta = 1 << (20 + thread*calls + i)
					if in.op >= counterLoad {
						in.op = counterAdd
					}
				}
				if in.op == counterReset && rng.IntN(2) == 0 { // it touches every key
					in.op = counterAdd
				}
				inputs[i] = in
			}
			return inputs
		},
	}
}
