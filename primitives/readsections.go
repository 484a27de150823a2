package primitives

import (
	"context"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// Sections are read sections that somebody can wait for: Synchronize returns when each
// one has been left that was entered before. So who has made something unreachable, a
// mapping of a file, a handle, memory of C's, knows when no reader uses it any more and
// it can be unmapped, closed or freed. It is what the Linux kernel calls SRCU.
//
// Readers never wait, not even for who synchronizes, and don't slow each other down.
// They may be nested, and may take as long as they like. It is not a lock: a reader
// needs an atomic pointer, say, to what it reads, which the writer exchanges first. Go's
// own memory needs no Sections, but the collector.
//
// The zero value is ready, on the default backend. A Sections must not be copied after
// first use. A [Section] may be left by another goroutine than entered it, on another
// CPU.
//
// In the terminology of the Go memory model, for each Enter and each call of Synchronize
// that returns nil, either the Leave of that section synchronizes before the return of
// the Synchronize, or the call of the Synchronize synchronizes before the return of the
// Enter. Sections are ordered among themselves in no other way.
//
// In a bubble of testing/synctest a Synchronize that waits is durably blocked, as
// WaitGroup's Wait is; the sections that it waits for must then be left in the same
// bubble, or the program ends, and so must others who synchronize.
//
// Misuse ends the program: a Leave too many as soon as it is noticed, by a Synchronize
// at the latest (with -race or tag percpuinvariants at once). Where the default backend
// was asked for by name and can't be had, Enter may panic, and has done nothing.
//
// A Sections costs about 350 bytes, and after its first thousand sections 16 bytes on
// each CPU. Synchronize costs a fence, a system call that interrupts every CPU that the
// process runs on, if there have been a thousand sections since the last one, and the
// time until the sections are left; several that wait at the same time share both.
// On other backends than rseq it is two atomic words. There may be 2^31 sections at
// once.
type Sections struct {
	parts [2]sectionsPart // must come first: see Enter
	now   uintptr         // where the part is in which sections are counted; atomic
	_     noCopy

	left   raceEdge // from Leaves to Synchronize
	begun  raceEdge // from Synchronize to Enters
	busy   atomic.Bool
	starts atomic.Uint64 // of attempts to synchronize, each under busy
	ends   atomic.Uint64 // the last attempt that got to its end
	free   bell          // rung when busy becomes false
}

// sectionsPart is half of a Sections.
//
// One part counts what is entered; the other is shut, and empties. To synchronize is
//
//	[a] wait until the other part is empty, and reopen it, at one moment
//	[b] make it the part that counts
//	[c] shut the part that was, and wait until it is empty
//
// Sections that are open when an attempt begins are in one of the two parts, and both
// have been empty since. Who has loaded which part counts before [b], and adds only
// after [c], finds the guard closed, and adds to the shared word of a part that is shut.
// It may come after that was found empty. But then its addition comes after the claim
// in that word, so it is one that need not be waited for, and sees what was written
// before the claim; whoever synchronizes next waits for it at [a].
type sectionsPart struct {
	in    headcount // must come first: see sectionLeaveSlow
	empty bell      // rung when the last has left
	held  invariantCount
}

var (
	_ [unsafe.Offsetof(sectionsPart{}.in)]struct{} = [0]struct{}{}
	_ [unsafe.Offsetof(Sections{}.parts)]struct{}  = [0]struct{}{}
)

// Section is a read section that was entered. The zero value is none.
type Section struct {
	in *backend.GuardedCell // with which a sectionsPart begins
}

func (s Section) part() *sectionsPart { return (*sectionsPart)(unsafe.Pointer(s.in)) }

// NewSections returns a Sections without an open section.
func NewSections(opts ...Option) *Sections {
	s := new(Sections)
	for i := range s.parts {
		s.parts[i].in.init(opts)
	}
	return s
}

// Enter begins a section. The caller must Leave it, once.
func (s *Sections) Enter() (section Section) {
	if raceEnabled || invariants {
		return s.checkedEnter()
	}
	section.in = (*backend.GuardedCell)(unsafe.Add(unsafe.Pointer(s), atomic.LoadUintptr(&s.now)))
	section.in.AddOneIfZero(sectionEnterSlow)
	return
}

// Leave ends a section that Enter has begun. It panics if section is the zero Section.
//
// To say why would make it too large to inline: only checked builds do.
func (s *Sections) Leave(section Section) {
	if raceEnabled || invariants {
		s.checkedLeave(section)
	} else {
		section.in.Leave(&section.part().in.shared, sectionLeaveSlow)
	}
}

// Synchronize returns nil when each section that was open when it was called has been
// left. It may wait for one that is entered just after the call, too, but for none that is
// entered once it waits, so that readers who come and go don't hold it up. If ctx is done
// before that, it returns its error; nothing has been changed by it for anyone else. A caller
// who is in a section itself waits for ever.
func (s *Sections) Synchronize(ctx context.Context) error {
	before := s.starts.Load()
	s.begun.releaseMerge()
	enough := func() bool { return s.ends.Load() > before }
	mine := false
	if err := s.free.wait(ctx, func() bool {
		mine = !enough() && s.busy.CompareAndSwap(false, true)
		return mine || enough()
	}); err != nil {
		return err
	}
	if mine {
		if err := s.attempt(ctx); err != nil {
			return err
		}
	}
	s.left.acquire()
	return nil
}

// attempt synchronizes, under busy, which it ends also if ctx panics. An attempt that was
// given up has begun nothing that the next one would not go on with.
func (s *Sections) attempt(ctx context.Context) error {
	defer func() {
		s.busy.Store(false)
		s.free.ring()
	}()
	number := s.starts.Add(1)
	then, other := &s.parts[0], &s.parts[1]
	if atomic.LoadUintptr(&s.now) != 0 {
		then, other = other, then
	}
	if err := other.empty.wait(ctx, func() bool { return other.in.reopen(-claimStep) || other.in.reopen(0) }); err != nil {
		return err
	}
	atomic.StoreUintptr(&s.now, uintptr(unsafe.Pointer(other))-uintptr(unsafe.Pointer(s)))
	then.in.shut(sectionMisuse, nil)
	if err := then.empty.wait(ctx, then.in.empty); err != nil {
		return err
	}
	s.ends.Store(number)
	return nil
}

const sectionMisuse = "Sections.Leave of a section that was left"

func (s *Sections) checkedEnter() Section {
	raceDisable()
	p := s.counting()
	raceEnable()
	p.in.cell.AddOneIfZero(sectionEnterSlow)
	p.held.add(1)
	s.begun.acquire()
	return Section{&p.in.cell}
}

// counting returns the part in which sections are counted.
func (s *Sections) counting() *sectionsPart {
	return (*sectionsPart)(unsafe.Add(unsafe.Pointer(s), atomic.LoadUintptr(&s.now)))
}

func (s *Sections) checkedLeave(section Section) {
	p := section.part()
	if p == nil {
		panic("percpu: Sections.Leave of the zero Section")
	}
	if p != &s.parts[0] && p != &s.parts[1] {
		panic("percpu: Sections.Leave of another Sections' section")
	}
	s.left.releaseMerge()
	if p.held.add(-1) < 0 {
		fatalLeave(sectionMisuse)
	}
	p.in.cell.Leave(&p.in.shared, sectionLeaveSlow)
}

func sectionEnterSlow(w unsafe.Pointer, _ int64, _ unsafe.Pointer) bool {
	h := (*headcount)(w)
	return h.enterShared() || h.enterSlow(true)
}

func sectionLeaveSlow(w unsafe.Pointer, sum int64) {
	p := (*sectionsPart)(w)
	if p.in.leaveSlow(sum, sectionMisuse) {
		p.empty.ring()
	}
}
