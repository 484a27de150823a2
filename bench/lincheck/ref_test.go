package lincheck

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

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
	in := input.(threadOp[refOp])
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
		s, in, out := state.(refState), input.(threadOp[refOp]), output.(refResult)
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
	return opScenario(refModel, threads, calls, refOps, refKill, refTryGet, func() func(any) any { return (&refObject{ref: newRef()}).call })
}

func TestRef(t *testing.T) {
	newRef := func(opt primitives.Option) refs { return primitives.NewRef(opt) }
	turn := func(r refs) {
		for range usesToTurn {
			r.TryGet()
			r.Put()
		}
	}
	eachTurned(t, newRef, turn, func(t *testing.T, newRef func() refs) {
		Check(t, refScenario(2, 10, newRef), Histories(t))
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
