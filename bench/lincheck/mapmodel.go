package lincheck

import (
	"fmt"
	"math/rand/v2"

	"github.com/anishathalye/porcupine"
)

// Map is what a map can be asked, in terms of small integers: the methods of
// sync.Map, and some of our own.
type Map interface {
	Load(k int) (v int, ok bool)
	Store(k, v int)
	LoadOrStore(k, v int) (actual int, loaded bool)
	LoadAndDelete(k int) (v int, loaded bool)
	Delete(k int)
	Swap(k, v int) (previous int, loaded bool)
	CompareAndSwap(k, old, new int) bool
	CompareAndDelete(k, old int) bool
	Range(func(k, v int) bool)
	Clear()

	// Toggle removes the key, or stores v if it isn't there, and returns the
	// result of the latter.
	Toggle(k, v int) (present bool)

	// Churn makes the map grow and shrink by other keys than those of the
	// history.
	Churn()
}

type mapOp int

const (
	opLoad mapOp = iota
	opStore
	opLoadOrStore
	opLoadAndDelete
	opDelete
	opSwap
	opCompareAndSwap
	opCompareAndDelete
	opToggle
	opRange
	opClear
	opChurn
	mapOps
)

func (op mapOp) String() string {
	return [...]string{"Load", "Store", "LoadOrStore", "LoadAndDelete", "Delete", "Swap", "CompareAndSwap", "CompareAndDelete", "Toggle", "Range", "Clear", "Churn"}[op]
}

// mapInput is a call. Values are positive.
type mapInput struct {
	op     mapOp
	k      int
	v, old int
}

// entry is the state of one key, and with it the result of most calls: v is 0
// if the key is absent or if there is no such result.
type entry struct {
	v  int
	ok bool
}

// mapOutput is the result of a call.
type mapOutput struct {
	entry
	all map[int]int // of Range
}

func (in mapInput) apply(m Map) (out mapOutput) {
	switch in.op {
	case opLoad:
		out.v, out.ok = m.Load(in.k)
	case opStore:
		m.Store(in.k, in.v)
	case opLoadOrStore:
		out.v, out.ok = m.LoadOrStore(in.k, in.v)
	case opLoadAndDelete:
		out.v, out.ok = m.LoadAndDelete(in.k)
	case opDelete:
		m.Delete(in.k)
	case opSwap:
		out.v, out.ok = m.Swap(in.k, in.v)
	case opCompareAndSwap:
		out.ok = m.CompareAndSwap(in.k, in.old, in.v)
	case opCompareAndDelete:
		out.ok = m.CompareAndDelete(in.k, in.old)
	case opToggle:
		out.ok = m.Toggle(in.k, in.v)
	case opRange:
		out.all = make(map[int]int)
		m.Range(func(k, v int) bool {
			if _, twice := out.all[k]; twice {
				v = -1 // no state is that
			}
			out.all[k] = v
			return true
		})
	case opClear:
		m.Clear()
	case opChurn:
		m.Churn()
	}
	return out
}

// step is the specification: the one place that says what a call does to its
// key and returns.
func (in mapInput) step(old entry, out entry) (legal bool, next entry) {
	stored := entry{in.v, true}
	none := entry{}
	switch in.op {
	case opLoad, opRange:
		return out == old, old
	case opStore:
		return true, stored
	case opLoadOrStore:
		if old.ok {
			return out == old, old
		}
		return out == entry{in.v, false}, stored
	case opLoadAndDelete:
		return out == old, none
	case opDelete, opClear:
		return true, none
	case opSwap:
		return out == old, stored
	case opCompareAndSwap:
		if old == (entry{in.old, true}) {
			return out.ok, stored
		}
		return !out.ok, old
	case opCompareAndDelete:
		if old == (entry{in.old, true}) {
			return out.ok, none
		}
		return !out.ok, old
	case opToggle:
		if old.ok {
			return !out.ok, none
		}
		return out.ok, stored
	}
	panic("lincheck: no such operation")
}

// keyed is a call as one key sees it: a Range loads every key, each at a moment
// of its own, and a Clear deletes every key in the same way.
func keyed(op porcupine.Operation, k int) porcupine.Operation {
	in, out := op.Input.(mapInput), op.Output.(mapOutput)
	in.k = k
	if in.op == opRange {
		v, ok := out.all[k]
		out.entry, out.all = entry{v, ok}, nil
	}
	op.Input, op.Output = in, out.entry
	return op
}

// mapModel is the model of a map with keys 0 to keys-1, linearizable per key.
func mapModel(keys int) porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := make([][]porcupine.Operation, keys)
			for _, op := range history {
				switch in := op.Input.(mapInput); in.op {
				case opChurn:
				case opRange, opClear:
					for k := range parts {
						parts[k] = append(parts[k], keyed(op, k))
					}
				default:
					parts[in.k] = append(parts[in.k], keyed(op, in.k))
				}
			}
			return parts
		},
		Init: func() any { return entry{} },
		Step: func(state, input, output any) (bool, any) {
			legal, next := input.(mapInput).step(state.(entry), output.(entry))
			return legal, next
		},
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%v%+v = %+v", input.(mapInput).op, input, output)
		},
	}
}

// MapScenario calls everything that a map can be asked, except what without
// says, on few keys.
func MapScenario(threads, keys, calls int, fresh func() Map, without ...mapOp) Scenario {
	return Scenario{
		Model:   mapModel(keys),
		Threads: threads,
		New: func() func(any) any {
			m := fresh()
			return func(input any) any { return input.(mapInput).apply(m) }
		},
		Inputs: func(rng *rand.Rand, thread int) []any {
			inputs := make([]any, calls)
			for i := range inputs {
				inputs[i] = randomMapInput(rng, keys, thread*calls+i+1, without)
			}
			return inputs
		},
	}
}

// randomMapInput returns a call that stores v, if it does, which no other call
// of the history stores: so nobody mistakes one for another.
func randomMapInput(rng *rand.Rand, keys, v int, without []mapOp) mapInput {
	op := mapOp(rng.IntN(int(opRange)))
	if rng.IntN(10) == 0 { // seldom: they touch every key
		op = opRange + mapOp(rng.IntN(int(mapOps-opRange)))
	}
	for _, no := range without {
		if op == no {
			op = opLoad
		}
	}
	return mapInput{op: op, k: rng.IntN(keys), v: v, old: 1 + rng.IntN(v)}
}
