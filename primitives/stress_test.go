package primitives_test

import (
	"testing"

	_ "os/user" // in a cgo build makes the test a process whose threads are libc's

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// fakeAdds bounds the additions on the fake backend, which does one operation at
// a time.
const fakeAdds = 50_000

// TestStressCounter: exact sums, on every backend, under all that happens to
// threads.
func TestStressCounter(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		adds := backendtest.Adds(t)
		if t.Name() == "TestStressCounter/fake" {
			adds = min(adds, fakeAdds)
		}
		c := primitives.NewCounter(opt)
		if d := backendtest.Stress(t, adds, c.Add, c.Load); d != 0 {
			t.Errorf("the sum is off by %d", d)
		}
	})
}

// TestStressDefault is the same for a zero value.
func TestStressDefault(t *testing.T) {
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	if s.Backend.Name() != "rseq" && len(s.Rejections) > 0 {
		defer backendtest.Unavailable(t, "rseq", s.Rejections[0].Err)
	}
	t.Logf("%s, rejected: %v", s.Backend.Name(), s.Rejections)
	var c primitives.Counter
	if d := backendtest.Stress(t, backendtest.Adds(t), c.Add, c.Load); d != 0 {
		t.Errorf("the sum is off by %d", d)
	}
}
