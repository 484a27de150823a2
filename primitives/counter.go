package primitives

import (
	"strconv"

	"github.com/percpu-go/percpu/backend"
)

// A Counter is a 64-bit integer that many goroutines add to and few read: a
// count of requests, bytes or errors. Adding costs about as much as a plain
// increment, on any number of CPUs at once; reading visits every CPU's part.
// The statements of an atomic.Int64 that is a counter work unchanged: Add, Load.
//
// It is not for values whose result of an addition matters (sequence numbers,
// reference counts, limits): Add returns nothing, because no CPU knows the sum.
// It is not a synchronization variable either; see below.
//
// The zero value is a counter at 0, on the default backend. A Counter must not
// be copied after first use. It may be a global, a field or a local variable.
//
// In the terminology of the Go memory model Add, Inc, Dec, Sub and Reset are
// writes, Load, Value, String, MarshalJSON and Reset are reads, and none of
// them synchronizes: an Add that happens before a Load is seen by it, but seeing
// an Add orders nothing else. Loads of a counter that is only added to, with
// positive numbers, never decrease as seen by one goroutine.
//
// A Counter costs 24 bytes, and 8 bytes on each CPU that uses it. Values wrap
// around at 64 bits, as those of atomic.Int64 do. If there is no address space
// for the CPUs' parts, it works on one atomic word and loses nothing but speed.
type Counter struct {
	_    noCopy
	cell backend.Cell
}

// NewCounter returns a counter at 0.
func NewCounter(opts ...Option) *Counter {
	c := new(Counter)
	attach(&c.cell, opts)
	return c
}

// Add adds delta, which may be negative.
func (c *Counter) Add(delta int64) { c.cell.Add(delta) }

// Inc adds 1.
func (c *Counter) Inc() { c.cell.Add(1) }

// Dec subtracts 1.
func (c *Counter) Dec() { c.cell.Add(-1) }

// Sub subtracts delta.
func (c *Counter) Sub(delta int64) { c.cell.Add(-delta) }

// Load returns the sum of all additions since the last Reset.
func (c *Counter) Load() int64 { return int64(c.cell.Sum()) }

// Value is Load, by the name that other counters give it.
func (c *Counter) Value() int64 { return c.Load() }

// Reset makes the counter 0 and returns what it was. Every addition is returned
// by exactly one Reset, or is still in the counter.
func (c *Counter) Reset() int64 { return int64(c.cell.Take()) }

// String returns the value in decimal: with MarshalJSON, it makes a Counter an
// expvar.Var.
func (c *Counter) String() string { return strconv.FormatInt(c.Load(), 10) }

// MarshalJSON returns the value as a JSON number.
func (c *Counter) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, c.Load(), 10), nil }
