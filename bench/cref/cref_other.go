//go:build !cgo || !linux || !amd64

package cref

import (
	"fmt"
	"runtime"

	"github.com/percpu-go/percpu/bench"
)

// Built says whether this package was built with its C.
const Built = false

// errNone says all that can be: the go command turns cgo off by itself if it
// finds no C compiler or builds for another platform.
var errNone = fmt.Errorf("percpu/bench/cref: no reference in C: built for %s/%s, or without cgo; it needs linux/amd64 and a C compiler", runtime.GOOS, runtime.GOARCH)

// Impls returns the reason why there are no implementations in C.
func Impls() (impls []bench.Impl, reason error) { return nil, errNone }

// Check returns the reason why there are no implementations in C.
func Check(string, int64) error { return errNone }
