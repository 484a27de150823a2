package primitives

import (
	"strconv"

	"github.com/percpu-go/percpu/backend"
)

// A FloatCounter is a float64 that many goroutines add to and few read: a sum
// of seconds or of money in a metric. It is to a mutex around a float64 what
// Counter is to an atomic.Int64, and all that is said there holds here: the zero
// value is ready, it must not be copied after first use, Add and Reset are
// writes, Load, String and Reset are reads, none synchronizes, and
// the cost is 24 bytes and 8 on each CPU that uses it.
//
// Each CPU rounds its own sum, and Load rounds when it adds them up, so the
// last bits depend on which CPU did what. Whole numbers are exact up to 2^53.
type FloatCounter struct {
	_    noCopy
	cell backend.Cell
}

// NewFloatCounter returns a counter at 0.
func NewFloatCounter(opts ...Option) *FloatCounter {
	c := new(FloatCounter)
	attach(&c.cell, opts)
	return c
}

// Add adds delta, which may be negative. A NaN makes the sum NaN for good.
func (c *FloatCounter) Add(delta float64) { c.cell.AddFloat64(delta) }

// Load returns the sum of all additions since the last Reset.
func (c *FloatCounter) Load() float64 { return c.cell.SumFloat64() }

// Reset makes the counter 0 and returns what it was. Every addition is in the
// result of exactly one Reset, or is still in the counter. The CPUs' sums go on
// growing underneath, so a result is as exact as the sum of all additions ever
// made.
func (c *FloatCounter) Reset() float64 { return c.cell.TakeFloat64() }

// String returns the value as strconv formats it shortest, which makes
// a FloatCounter an expvar.Var as long as it is finite.
func (c *FloatCounter) String() string { return strconv.FormatFloat(c.Load(), 'g', -1, 64) }
