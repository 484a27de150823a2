module github.com/percpu-go/percpu/primitives/victoriametrics

go 1.24.0

require (
	github.com/VictoriaMetrics/metrics v1.35.1
	github.com/percpu-go/percpu v0.0.0
)

require (
	github.com/klauspost/cpuid/v2 v2.4.2 // indirect
	github.com/valyala/fastrand v1.1.0 // indirect
	github.com/valyala/histogram v1.2.0 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	golang.org/x/sys v0.41.0 // indirect
)

replace github.com/percpu-go/percpu => ../..
