package main

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/cref"
	"github.com/percpu-go/percpu/bench/peers"
)

// inC returns the additions in C, if this process can have them, and what checks in the
// end that they were made.
func inC() (impls []bench.Impl, check func() error) {
	all, reason := cref.Impls()
	if reason != nil {
		fmt.Fprintln(os.Stderr, "targets: no rows in C:", reason)
	}
	var checks []func() error
	for _, impl := range all {
		if impl.Name != peers.CAdd && impl.Name != peers.CAddCalled {
			continue
		}
		done, loop := new(atomic.Int64), impl.Loop
		impls = append(impls, bench.Impl{Name: impl.Name, Loop: func(thread, n int) {
			loop(thread, n)
			done.Add(int64(n))
		}})
		checks = append(checks, func() error { return cref.Check(impl.Name, done.Load()) })
	}
	return impls, func() error {
		for _, check := range checks {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	}
}
