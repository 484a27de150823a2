package cref_test

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

// percpuCounter is what the reference is for.
func percpuCounter(t *testing.T) bench.Impl {
	t.Helper()
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	c := primitives.NewCounter(primitives.WithBackend(s.Backend))
	return bench.Impl{Name: "percpu " + s.Backend.Name(), Loop: func(_, n int) {
		for range n {
			c.Add(1)
		}
	}}
}

func atomicInt64() bench.Impl {
	var c struct {
		_ [128]byte
		v atomic.Int64
		_ [128]byte
	}
	return bench.Impl{Name: "atomic.Int64", Loop: func(_, n int) {
		for range n {
			c.v.Add(1)
		}
	}}
}
