package rseqbackend

import (
	"runtime"

	"github.com/percpu-go/percpu/feature"
)

// checkThisKernel is checkKernel for the kernel that runs.
func checkThisKernel() error {
	version, signature := feature.KernelText()
	return checkKernel(runtime.GOARCH, feature.KernelRelease(), version, signature)
}
