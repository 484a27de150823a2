package primitives

import (
	"runtime"

	"github.com/percpu-go/percpu/backend"
)

// purse holds tokens on the CPUs: of a Quota those that are free, of a Limiter those
// that may be used. It is open while sections take and put there, and else empty. All
// methods want the owner's lock. The zero value is closed, though its guard is not:
// it has no cell.
//
// To close it takes a fence, so an owner that has just closed it leaves it closed for
// a while, and keeps all tokens in one word.
type purse struct {
	cell   backend.GuardedCell // first: slow paths get its address
	want   backend.Backend     // of WithBackend, or nil
	state  purseState
	closed int64 // rawClock when it was closed
}

type purseState uint8

const (
	purseNew    purseState = iota // without a cell
	purseClosed                   // with one
	purseOpen
	purseNever // no backend will do
)

// closedFor is how long it stays closed, in ns.
const closedFor = 1_000_000

// ready reports whether the purse is closed and may be opened, and gives it a cell if
// need be. It changes nothing that others notice, and panics if the backend that was
// asked for by name can't be had.
func (p *purse) ready() bool {
	switch p.state {
	case purseNew:
		b, ok := wantedIfReady(p.want)
		if !ok {
			return false
		}
		// The guard is closed before there is a cell, and the fence keeps a section
		// from seeing the cell, but the guard as it was before.
		p.cell.Guard().Store(1)
		if !takes(b) || fenceAll(b) != nil || p.cell.Cell().Attach(b) != nil {
			p.state = purseNever
			return false
		}
		p.state = purseClosed
		return true
	case purseClosed:
		return rawClock()-p.closed >= closedFor
	}
	return false
}

// takes reports whether tokens can be taken on b, under a guard.
func takes(b backend.Backend) bool {
	_, atomics := b.(backend.AtomicSlotter)
	return !atomics
}

// open opens a purse that is ready.
func (p *purse) open() {
	p.state = purseOpen
	p.cell.Guard().Store(0)
}

// collect closes the purse if it is open, and returns what was in it.
func (p *purse) collect() (tokens int64) {
	if p.state != purseOpen {
		return 0
	}
	p.cell.Drain(func(word uint64) { tokens += int64(word) })
	p.state, p.closed = purseClosed, rawClock()
	return tokens
}

// lend puts tokens where the caller's CPU finds them, and reports whether it did.
func (p *purse) lend(tokens int64) bool {
	return p.state == purseOpen && tokens > 0 && p.cell.TakeSlow(-tokens)
}

// share returns how much of a total one CPU is lent at once: all together a quarter.
func share(total int64) int64 {
	return min(total/int64(4*runtime.NumCPU()), 1<<12)
}
