package primitives_test

import (
	"os/exec"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/internal/stdlibtest"
)

// TestPoolStandard runs sync's tests of Pool against ours, where it is made of
// stacks: elsewhere it is a sync.Pool.
func TestPoolStandard(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	rseq := primitives.Candidates()[0]
	if _, err := rseq.Open(); err != nil {
		backendtest.Unavailable(t, rseq.Name, err)
	}
	const order = "what a sync.Pool keeps for one CPU comes out in an order of its own; this also pins the goroutine by internal means"
	stdlibtest.Suite{
		Files: []string{"sync/pool_test.go", "sync/example_pool_test.go"},
		Replace: []string{
			"//go:build !race\n", "", // ours loses nothing under the race detector
			`. "sync"`, `. "github.com/percpu-go/percpu/primitives"`,
			"\t\"sync\"\n", "\tsync \"github.com/percpu-go/percpu/primitives\"\n",
			"\tRuntime_procPin()\n", "\truntime.LockOSThread() // pinned it is not\n",
			"\tRuntime_procUnpin()\n", "\truntime.UnlockOSThread()\n",
		},
		Drop: map[string]string{
			"TestPool":        order,
			"TestPoolGC":      "waits for the collector by internal means; see TestPoolLetsGo",
			"TestPoolRelease": "the same",
			"testPool":        "the same",
			"TestPoolDequeue": "is about a part of sync.Pool",
			"TestPoolChain":   "the same",
			"testPoolDequeue": "the same",
		},
		Tests: []string{"TestPoolNew", "TestPoolStress", "TestNilPool", "ExamplePool"},
		Env:   []string{primitives.BackendEnv + "=" + rseq.Name},
	}.Run(t)
}
