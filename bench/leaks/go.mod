module github.com/percpu-go/percpu/bench/leaks

go 1.24.0

require (
	github.com/percpu-go/percpu v0.0.0
	go.uber.org/goleak v1.3.0
)

require (
	github.com/klauspost/cpuid/v2 v2.4.2 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	golang.org/x/sys v0.41.0 // indirect
)

replace github.com/percpu-go/percpu => ../..
