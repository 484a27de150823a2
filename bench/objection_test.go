package bench

import (
	"testing"
	"time"
)

func TestObjection(t *testing.T) {
	good := sample{ops: 1, elapsed: time.Millisecond, cpu: 3, before: 3, after: 3}
	moved, started, waited, waitedLittle := good, good, good, good
	moved.after = 4
	started.before = -1
	waited.delay = 21 * time.Microsecond
	waitedLittle.delay = 19 * time.Microsecond
	for _, test := range []struct {
		name string
		ss   samples
		ok   bool
	}{
		{"good", samples{good, good}, true},
		{"waited little", samples{good, waitedLittle}, true},
		{"moved", samples{good, moved}, false},
		{"started elsewhere", samples{started, good}, false},
		{"waited", samples{good, waited}, false},
	} {
		if got := test.ss.objection(0.02); (got == "") != test.ok {
			t.Errorf("%s: objection %q", test.name, got)
		}
	}
}

func TestCost(t *testing.T) {
	ss := samples{{ops: 1000, elapsed: 1000}, {ops: 1000, elapsed: 4000}}
	// 1 + 1/4 operations per nanosecond on two threads.
	if got := ss.cost(); got != 1.6 {
		t.Errorf("cost() = %v, want 1.6", got)
	}
}
