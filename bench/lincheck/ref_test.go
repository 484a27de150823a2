package lincheck

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// refs is what is asked of a Ref.
type refs interface {
	TryGet() bool
	Get()
	Put()
	Kill(onZero func())
	Reinit()
}

type refOp int

const (
	refTryGet refOp = iota
	refGet          // this and the next do nothing for a thread that holds nothing
	refPut
	refZeros // how often onZero was called
	refKill  // this and the next may be refused
	refReinit
	refOps
)

func (op refOp) String() string {
	return [...]string{"TryGet", "Get", "Put", "Zeros", "Kill", "Reinit"}[op]
}

type refInput struct {
	op     refOp
	thread int
}

// refResult says whether a call did something, and how often onZero had been called
// when it had returned.
type refResult struct {
	ok    bool
	zeros int64
}

// refObject is a Ref, with what each thread holds of it.
type refObject struct {
	ref   refs
	held  [4]int
	zeros atomic.Int64
}

func (o *refObject) call(input any) any {
	in := input.(refInput)
	held := &o.held[in.thread]
	ok := true
	switch in.op {
	case refTryGet:
		if ok = o.ref.TryGet(); ok {
			*held++
		}
	case refGet:
		if ok = *held > 0; ok {
			o.ref.Get()
			*held++
		}
	case refPut:
		if ok = *held > 0; ok {
			*held--
			o.ref.Put()
		}
	case refKill:
		ok = !panics(func() { o.ref.Kill(func() { o.zeros.Add(1) }) })
	case refReinit:
		ok = !panics(o.ref.Reinit)
	}
	return refResult{ok, o.zeros.Load()}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return
}

// refState is what a Ref should be: dead when it was killed and nobody holds it.
type refState struct {
	killed bool
	refs   int
	zeros  int64
}

func (s refState) dies() refState {
	if s.killed && s.refs == 0 {
		s.zeros++
	}
	return s
}

var refModel = porcupine.Model{
	Init: func() any { return refState{} },
	Step: func(state, input, output any) (bool, any) {
		s, in, out := state.(refState), input.(refInput), output.(refResult)
		switch in.op {
		case refTryGet:
			if out.ok {
				s.refs++
			}
			return out.ok != s.killed, s
		case refGet:
			if out.ok {
				s.refs++
			}
			return true, s
		case refPut:
			if !out.ok {
				return true, s
			}
			s.refs--
			s = s.dies()
			return s.refs >= 0 && (!s.killed || s.refs > 0 || out.zeros >= s.zeros), s
		case refKill:
			if !out.ok {
				return s.killed, s
			}
			was := s.killed
			s.killed = true
			s = s.dies()
			return !was && (s.refs > 0 || out.zeros >= s.zeros), s
		case refReinit:
			if !out.ok {
				return true, s // it may have come before onZero
			}
			ok := s.killed && s.refs == 0
			s.killed = false
			return ok, s
		}
		return out.zeros <= s.zeros, s // onZero is called a moment after it was decided
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
}

func refScenario(threads, calls int, newRef func() refs) Scenario {
	return Scenario{
		Model:   refModel,
		Threads: threads,
		New:     func() func(any) any { return (&refObject{ref: newRef()}).call },
		Inputs: func(rng *rand.Rand, thread int) (inputs []any) {
			for range calls {
				op := refOp(rng.IntN(int(refOps)))
				if op >= refKill && rng.IntN(2) == 0 {
					op = refTryGet
				}
				inputs = append(inputs, refInput{op, thread})
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

func TestRef(t *testing.T) {
	eachTurned(t, func(t *testing.T, opt primitives.Option, turn func(func())) {
		Check(t, refScenario(2, 10, func() refs {
			r := primitives.NewRef(opt)
			turn(func() {
				r.TryGet()
				r.Put()
			})
			return r
		}), Histories(t))
	})
}

// hastyRef has a bug: who has seen that it is alive counts, though it may have died
// meanwhile.
type hastyRef struct {
	refs   atomic.Int64
	killed atomic.Bool
	onZero atomic.Pointer[func()]
}

func newHastyRef() refs {
	r := new(hastyRef)
	r.refs.Store(1)
	return r
}

func (r *hastyRef) TryGet() bool {
	if r.killed.Load() {
		return false
	}
	runtime.Gosched()
	r.refs.Add(1)
	return true
}

func (r *hastyRef) Get() { r.refs.Add(1) }

func (r *hastyRef) Put() {
	if r.refs.Add(-1) == 0 {
		if f := r.onZero.Load(); f != nil {
			(*f)()
		}
	}
}

func (r *hastyRef) Kill(onZero func()) {
	if !r.killed.CompareAndSwap(false, true) {
		panic("killed")
	}
	r.onZero.Store(&onZero)
	r.Put()
}

func (r *hastyRef) Reinit() { panic("not this one") }

func TestHastyRefIsFound(t *testing.T) { Find(t, refScenario(2, 10, newHastyRef)) }
