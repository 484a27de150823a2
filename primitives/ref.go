package primitives

import (
	"sync/atomic"
	"unsafe"
)

// A Ref counts the references to something that many use and somebody ends: a version
// of a database, a connection, a configuration that will be replaced. As long as it
// lives nobody needs to know how many there are, and each CPU counts its own; after Kill
// they are counted exactly, and the last Put runs what is to be done then. Linux has it
// by the name of percpu_ref.
//
// The owner holds a reference from the beginning, which Kill gives up. Others get
// theirs by TryGet, which fails from Kill on; who has one may Get more for others. Each
// is given back by one Put, on any CPU, by any goroutine.
//
// It is not for what has no owner who ends it, such as a node of a graph: per CPU
// there is no zero to be noticed. Nor does it protect the way to it: who loads a
// pointer to a struct with a Ref in it relies on the collector for that memory. What
// is read in short sections only, where nobody needs to hold on, is for [Sections].
//
// The zero value is alive, on the default backend. A Ref must not be copied after
// first use.
//
// In the terminology of the Go memory model each Put synchronizes before the call of
// onZero, and that before the return of the Reinit that follows it; a Reinit
// synchronizes before the return of each TryGet that succeeds because of it. TryGet,
// Get and Put are ordered among themselves in no other way.
//
// Misuse ends the program: a Put too many, as with a RWMutex, at once after Kill and
// as long as few have used the Ref, otherwise by Kill (with -race or tag
// percpuinvariants at once); a Get of a Ref that nobody holds once it is dead. A second
// Kill and a Reinit of a Ref that is in use panic. Where the default backend was asked
// for by name and can't be had, a TryGet or Get may panic, and has done nothing.
//
// A Ref costs about 120 bytes, and after its first thousand TryGets 8 bytes on each CPU.
// Kill then costs a fence, a system call that interrupts every CPU that the process
// runs on; a Ref that was used less costs what an atomic counter does. On other backends
// than rseq it always is one. There may be 2^31 references.
type Ref struct {
	in headcount // must come first: see refPutSlow
	_  noCopy

	puts   raceEdge // from Puts to onZero
	kills  raceEdge // from Kill to onZero, from that to Reinit, and from that to TryGet
	held   invariantCount
	onZero func() // of Kill; written before the shared word is claimed
}

// deadRef is the shared word of a Ref whose onZero may be called. Once it has been
// there nobody finds it empty again.
const deadRef = -heldClaims

var _ [unsafe.Offsetof(Ref{}.in)]struct{} = [0]struct{}{}

// NewRef returns a Ref that is alive.
func NewRef(opts ...Option) *Ref {
	r := new(Ref)
	r.in.init(opts)
	return r
}

// TryGet takes a reference and returns true, or returns false if the Ref was killed.
func (r *Ref) TryGet() bool {
	if raceEnabled || invariants {
		return r.checkedTryGet()
	}
	return r.in.cell.AddIfZero(1, nil, refTryGetSlow)
}

// Get takes one more reference for a caller who holds one, or is the owner and has not
// called Kill. It can't fail.
func (r *Ref) Get() {
	if raceEnabled || invariants {
		r.held.add(1)
	}
	r.in.cell.AddIfZero(1, nil, refGetSlow)
}

// Put gives a reference back. After Kill the last Put calls onZero, and returns when that
// does.
func (r *Ref) Put() {
	if raceEnabled || invariants {
		r.checkedPut()
	} else {
		r.in.cell.Leave(&r.in.shared, refPutSlow)
	}
}

// Kill gives up the owner's reference: no TryGet succeeds that begins after it has
// returned. When all references have been given back onZero is called, unless it is
// nil: once, by the last Put, or by Kill if there is none; no TryGet succeeds after
// that has begun.
func (r *Ref) Kill(onZero func()) {
	n, ok := r.in.shut(refMisuse, func() {
		r.onZero = onZero
		r.kills.release()
	})
	if !ok {
		panic("percpu: Ref.Kill of a Ref that was killed before")
	}
	if n == 0 {
		r.zero()
	}
}

// Reinit makes a dead Ref alive again, with a reference for its owner. It may be called
// by onZero or after it; before that it panics.
func (r *Ref) Reinit() {
	r.kills.acquire()
	r.kills.release()
	if !r.in.reopen(deadRef) {
		panic("percpu: Ref.Reinit of a Ref that is in use")
	}
}

const refMisuse = "Ref.Put of a Ref that nobody holds"

func (r *Ref) checkedTryGet() bool {
	ok := r.in.cell.AddIfZero(1, nil, refTryGetSlow)
	if ok {
		r.held.add(1)
		r.kills.acquire()
	}
	return ok
}

func (r *Ref) checkedPut() {
	r.puts.releaseMerge()
	if r.held.add(-1) < 0 {
		fatalLeave(refMisuse)
	}
	r.in.cell.Leave(&r.in.shared, refPutSlow)
}

func refTryGetSlow(w unsafe.Pointer, _ int64, _ unsafe.Pointer) bool {
	h := (*headcount)(w)
	return h.enterShared() || h.enterSlow(false)
}

func refGetSlow(w unsafe.Pointer, _ int64, _ unsafe.Pointer) bool {
	h := (*headcount)(w)
	if h.enterShared() {
		return true
	}
	h.enterSlow(true)
	if held(hiddenLoad(&h.shared)) {
		fatalLeave("Ref.Get of a dead Ref")
	}
	return true
}

func refPutSlow(w unsafe.Pointer, sum int64) {
	r := (*Ref)(w)
	if r.in.leaveSlow(sum, refMisuse) {
		r.zero()
	}
}

// zero calls onZero. The shared word says first that this is done, so that no Reinit
// comes before onZero has been looked at.
func (r *Ref) zero() {
	r.puts.acquire()
	r.kills.acquire()
	f := r.onZero
	r.onZero = nil
	r.kills.release()
	atomic.AddInt64(&r.in.shared, deadRef+claimStep) // which orders this before a Reinit
	if f != nil {
		f()
	}
}
