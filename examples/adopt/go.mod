// No replace here, and no percpu: go run …/examples/adopt@latest refuses modules that
// replace something.
module github.com/percpu-go/percpu/examples/adopt

go 1.24.0

require (
	github.com/google/pprof v0.0.0-20260709232956-b9395ee17fa0
	golang.org/x/mod v0.33.0
	golang.org/x/perf v0.0.0-20250813145418-2f7363a06fe1
	golang.org/x/sys v0.41.0
	golang.org/x/tools v0.42.0
)

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	golang.org/x/sync v0.19.0 // indirect
)
