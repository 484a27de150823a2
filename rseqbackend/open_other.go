//go:build !linux

package rseqbackend

import (
	"context"
	"fmt"
	"runtime"

	"github.com/percpu-go/percpu/backend"
)

// Backend can't be had: rseq(2) is a system call of Linux.
type Backend struct{ backend.Stacks }

// Info returns nothing.
func (*Backend) Info() Info { return Info{} }

// FenceKind returns FenceNone.
func (*Backend) FenceKind() FenceKind { return FenceNone }

// Open fails.
func Open() (*Backend, error) {
	return nil, fmt.Errorf("percpu/rseqbackend: no rseq on %s: %w", runtime.GOOS, backend.ErrNotSupported)
}

// ThisThread returns nothing.
func ThisThread() Thread { return Thread{Owner: OwnerNone} }

// SelfTest fails.
func SelfTest(ctx context.Context) (SelfTestResult, error) {
	_, err := Open()
	return SelfTestResult{Verdict: Undecided}, err
}
