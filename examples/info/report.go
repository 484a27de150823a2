package main

import (
	"errors"
	"time"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
	"github.com/percpu-go/percpu/rseqbackend"
)

// report is everything that is printed. All keys are always there; what belongs
// to a backend that isn't used is null.
type report struct {
	Backend    string      `json:"backend"`    // empty if there is none
	Error      string      `json:"error"`      // why there is none
	Rejections []rejection `json:"rejections"` // of better ones, or of all

	Rseq        *rseqbackend.Info      `json:"rseq"`   // of the process
	Fences      *rseqbackend.FenceKind `json:"fences"` // how they are made
	Threads     []thread               `json:"threads"`
	Atomic      atomic                 `json:"atomic"`
	NotPromised []string               `json:"not_promised"` // by the backend

	Memory *memory        `json:"memory"`
	Stats  *backend.Stats `json:"stats"`

	Feature feature.Report `json:"feature"`
}

// rejection is a candidate that wasn't selected, and why.
type rejection struct {
	Backend    string `json:"backend"`
	Cause      string `json:"cause"`
	Conclusive bool   `json:"conclusive"` // it's pointless to ask again
}

// atomic is about the atomic backend, whether or not it is the one in use.
type atomic struct {
	Hint  atomicbackend.Hint `json:"hint"` // empty if there is no atomic backend
	Error string             `json:"error"`
}

// memory is the geometry and present size of the backend's memory.
type memory struct {
	Slots    int       `json:"slots"`    // one for each possible CPU
	Overflow int       `json:"overflow"` // slots behind them
	Stride   int       `json:"stride"`   // bytes from slot to slot
	Avoid    []uintptr `json:"avoid"`    // offsets in a page where no cell stands

	backend.MemoryStats
}

// notPromised is what nobody can count on with rseq.
var notPromised = []string{
	"exact counts with a breakpoint or uprobe inside a section: the kernel does not see the thread there, and updates are lost; one at a function's entry is fine",
	"progress of a debugger that steps through a section instruction by instruction: each step starts it again",
	"cells in memory that is not the collector's (C's, mapped): they are recycled under their user",
}

// examine uses the selected backend a little, and tells what happened.
func examine(s backend.Selection, err error) *report {
	r := &report{Rejections: []rejection{}, NotPromised: []string{}, Feature: feature.Detect()}
	rejections := s.Rejections
	if err != nil {
		r.Error = err.Error()
		var failed *backend.SelectionError
		if errors.As(err, &failed) {
			rejections = failed.Rejections
		}
	}
	for _, x := range rejections {
		r.Rejections = append(r.Rejections, rejection{x.Backend, x.Err.Error(), x.Conclusive()})
	}
	if a, err := atomicbackend.Open(); err == nil {
		r.Atomic.Hint = a.Hint()
	} else {
		r.Atomic.Error = err.Error()
	}
	r.Threads = examineThreads(s.Backend)
	if s.Backend == nil {
		return r
	}
	r.Backend = s.Backend.Name()
	if b, ok := s.Backend.(*rseqbackend.Backend); ok {
		info := b.Info()
		r.Rseq = &info
		_ = b.Fence(backend.AllSlots) // its kind tells, some milliseconds later
		for end := time.Now().Add(time.Second); b.FenceKind() == rseqbackend.FenceUnknown && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		kind := b.FenceKind()
		r.Fences = &kind
		r.NotPromised = notPromised
	}
	m := s.Backend.Memory()
	g := m.Geometry()
	r.Memory = &memory{g.Slots, g.Overflow, 1 << backend.StrideShift, append([]uintptr{}, g.Avoid...), m.Stats()}
	stats := s.Backend.Stats()
	r.Stats = &stats
	return r
}
