//go:build cgo && linux && amd64

package cref

// #cgo CFLAGS: -O2 -Wall
// #include "cref.h"
import "C"

import (
	"errors"
	"fmt"

	"github.com/percpu-go/percpu/bench"
)

// Built says whether this package was built with its C.
const Built = true

// Names of the implementations.
const (
	RseqAdd       = "C rseq add"
	RseqAddCalled = "C rseq add (called)"
	LockedSlot    = "C locked add (slot)"
	LockedShared  = "C locked add (shared)"
	RseqList      = "C rseq list pop+push"
	TreiberStack  = "C Treiber stack pop+push"
)

// reference is a loop in C, and what its memory says that it has done.
type reference struct {
	name      string
	loop      func(n C.long) C.long
	sum       func() C.int64_t
	misplaced func() C.long // nil if it has no nodes
}

func cell(c C.int) func() C.int64_t { return func() C.int64_t { return C.cref_cell_sum(c) } }

var references = []reference{
	{RseqAdd, func(n C.long) C.long { return C.cref_rseq_add(n) }, cell(C.cref_cell_add), nil},
	{RseqAddCalled, func(n C.long) C.long { return C.cref_rseq_add_called(n) }, cell(C.cref_cell_called), nil},
	{LockedSlot, func(n C.long) C.long { return C.cref_locked_slot(n) }, cell(C.cref_cell_locked), nil},
	{LockedShared, func(n C.long) C.long { return C.cref_locked_shared(n) }, func() C.int64_t { return C.cref_shared_sum() }, nil},
	{RseqList, func(n C.long) C.long { return C.cref_rseq_list(n) }, func() C.int64_t { return C.cref_list_sum() }, func() C.long { return C.cref_list_misplaced() }},
	{TreiberStack, func(n C.long) C.long { return C.cref_treiber(n) }, func() C.int64_t { return C.cref_treiber_sum() }, func() C.long { return C.cref_treiber_misplaced() }},
}

// Impls returns the implementations in C, ready to be compared with others, or
// the reason why there are none. They work on static memory: every call
// returns the same ones.
func Impls() (impls []bench.Impl, reason error) {
	if err := setup(); err != nil {
		return nil, fmt.Errorf("percpu/bench/cref: no reference in C: %w", err)
	}
	for _, r := range references {
		impls = append(impls, bench.Impl{Name: r.name, Loop: func(_, n int) {
			if did := int(r.loop(C.long(n))); did != n {
				panic(fmt.Sprintf("percpu/bench/cref: %s: nodes used up after %d of %d operations", r.name, did, n))
			}
		}})
	}
	return impls, nil
}

func setup() error {
	switch code := C.cref_setup(); code {
	case C.cref_ok:
		return nil
	case C.cref_no_libc:
		return errors.New("built with a C library that does not register rseq (glibc does from 2.35)")
	case C.cref_no_rseq:
		return errors.New("the C library has not registered rseq (kernel, seccomp, or the tunable glibc.pthread.rseq=0)")
	case C.cref_too_many_cpus:
		return errors.New("more CPUs than there are slots")
	case C.cref_no_memory:
		return errors.New("no address space for the slots")
	default:
		return fmt.Errorf("cref_setup returned %d", code)
	}
}

// Check compares what an implementation has done since the process began with
// the number of operations that were asked for, and looks whether each of its
// nodes is on exactly one list. No loop may be running.
func Check(name string, ops int64) error {
	if err := setup(); err != nil {
		return fmt.Errorf("percpu/bench/cref: no reference in C: %w", err)
	}
	for _, r := range references {
		if r.name != name {
			continue
		}
		if sum := int64(r.sum()); sum != ops {
			return fmt.Errorf("percpu/bench/cref: %s: did %d operations, should have done %d", name, sum, ops)
		}
		if r.misplaced == nil {
			return nil
		}
		if n := r.misplaced(); n != 0 {
			return fmt.Errorf("percpu/bench/cref: %s: %d nodes are on no list, or twice on one", name, n)
		}
		return nil
	}
	return fmt.Errorf("percpu/bench/cref: no implementation %q", name)
}
