package primitives_test

import (
	"sync"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestSlots: the parts are all of the sum, on every backend and on none.
func TestSlots(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c, f := primitives.NewCounter(opt), primitives.NewFloatCounter(opt)
		var done sync.WaitGroup
		for range 4 {
			done.Add(1)
			go func() {
				defer done.Done()
				for range 1000 {
					c.Add(3)
					f.Add(0.5)
				}
			}()
		}
		done.Wait()
		taken := c.Reset()
		c.Add(5)
		var ints int64
		for _, n := range c.Slots() {
			ints += n
		}
		var floats float64
		for _, x := range f.Slots() {
			floats += x
		}
		if taken != 12000 || ints != 5 || floats != 2000 {
			t.Errorf("reset gave %d, parts make %d and %v, want 12000, 5 and 2000", taken, ints, floats)
		}
	})
}
