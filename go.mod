module github.com/percpu-go/percpu

go 1.24.0

require (
	github.com/klauspost/cpuid/v2 v2.4.2
	go.uber.org/atomic v1.11.0
	golang.org/x/sys v0.41.0
)
