package rseqbackend_test

import (
	"context"
	"fmt"
	"time"

	"github.com/percpu-go/percpu/rseqbackend"
)

// A service that starts on kernels nobody has seen looks before it counts.
func ExampleSelfTest() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	switch r, err := rseqbackend.SelfTest(ctx); {
	case err != nil:
		fmt.Println("rseq is not in use here:", err)
	case r.Verdict == rseqbackend.Violated:
		fmt.Println("this kernel is broken, use PERCPU_BACKEND=atomic:", r)
	}
}
