//go:build go1.25

package primitives_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// TestSelectionInBubble: a first use in a bubble of testing/synctest begins the
// selection there. It ends in real time and with the bubble, may be waited for inside
// and outside, and is good for both.
func TestSelectionInBubble(t *testing.T) {
	if !fresh(t, time.Minute) {
		return
	}
	var c primitives.Counter
	inside, outside := make(chan bool, 1), make(chan bool)
	go func() {
		<-inside
		if _, err := primitives.Default(); err != nil {
			t.Error(err)
		}
		c.Inc()
		time.Sleep(50 * time.Millisecond)
		primitives.EndSlow()
		close(outside)
	}()
	synctest.Test(t, func(t *testing.T) {
		c.Inc()
		if primitives.DefaultIfReady() {
			t.Error("the selection was waited for")
		}
		inside <- true
		time.Sleep(time.Hour) // of the bubble's
		c.Inc()
		if _, err := primitives.Default(); err != nil {
			t.Error(err)
		}
		c.Inc()
	})
	<-outside
	if !primitives.DefaultIfReady() || c.Load() != 4 {
		t.Errorf("ready %t, sum %d", primitives.DefaultIfReady(), c.Load())
	}
}

// TestWaitInBubble: a bubble waits for a selection that was begun outside.
func TestWaitInBubble(t *testing.T) {
	if !fresh(t, 50*time.Millisecond) {
		return
	}
	var c primitives.Counter
	c.Inc()
	synctest.Test(t, func(t *testing.T) {
		c.Inc()
		if _, err := primitives.Default(); err != nil {
			t.Error(err)
		}
		c.Inc()
	})
	if c.Load() != 3 {
		t.Errorf("sum %d", c.Load())
	}
}
