package primitives

import (
	"math"
	"strconv"

	"github.com/percpu-go/percpu/backend"
)

// A FloatCounter is a float64 that many goroutines add to and few read: a sum
// of seconds or of money in a metric. It is to a mutex around a float64 what
// Counter is to an atomic.Int64, and all that is said there holds here: the zero
// value is ready, it must not be copied after first use, Add, Sub and Reset are
// writes, Load, Value, String, MarshalJSON and Reset are reads, none synchronizes,
// and the cost is 24 bytes and 8 on each CPU that uses it.
//
// Each CPU rounds its own sum, and Load rounds when it adds them up, so the
// last bits depend on which CPU did what. Whole numbers are exact up to 2^53. It is
// not for sums that must be the same each time.
//
// # What is not finite
//
// An Add of an infinity or a NaN, and a sum beyond what a float64 holds, have the
// effect that they have on one float64, and last until the next Reset. After that
// the counter is 0, and counts. Which infinity, or whether it is a NaN, depends on
// which CPU did what where parts of both signs overflow.
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

// Add adds delta, which may be negative.
func (c *FloatCounter) Add(delta float64) { c.cell.AddFloat64(delta) }

// Sub subtracts delta.
func (c *FloatCounter) Sub(delta float64) { c.cell.AddFloat64(-delta) }

// Load returns the sum of all additions since the last Reset.
func (c *FloatCounter) Load() float64 { return c.cell.SumFloat64() }

// Value is Load, by the name that other counters give it.
func (c *FloatCounter) Value() float64 { return c.Load() }

// Reset makes the counter 0 and returns what it was. Every addition is in the
// result of exactly one Reset, or is still in the counter. The CPUs' sums go on
// growing underneath, so a result is as exact as the sum of all finite additions
// ever made.
func (c *FloatCounter) Reset() float64 { return c.cell.TakeFloat64() }

// String returns the value as MarshalJSON does: with that, it makes a FloatCounter
// an expvar.Var, whose text must be JSON whatever the value.
func (c *FloatCounter) String() string { return string(appendJSONFloat(nil, c.Load())) }

// MarshalJSON returns the value as a JSON number, the shortest that is exact. What
// is not finite, for which JSON has no number, is the string "+Inf", "-Inf" or
// "NaN", as strconv and Prometheus write it.
func (c *FloatCounter) MarshalJSON() ([]byte, error) { return appendJSONFloat(nil, c.Load()), nil }

// appendJSONFloat appends f as JSON. strconv's 'g' is JSON for what is finite.
func appendJSONFloat(b []byte, f float64) []byte {
	if !math.IsInf(f, 0) && !math.IsNaN(f) {
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	b = append(b, '"')
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	return append(b, '"')
}
