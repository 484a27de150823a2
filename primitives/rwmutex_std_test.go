package primitives_test

import (
	"os/exec"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/internal/stdlibtest"
)

// bubbled are the names that sync's tests have when they run in a bubble of
// testing/synctest; none before Go 1.25.
var bubbled []string

// TestRWMutexStandard runs sync's tests of RWMutex, and its table of misuse,
// against ours, on every backend.
func TestRWMutexStandard(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	suite := stdlibtest.Suite{
		Files: []string{"sync/rwmutex_test.go", "sync/mutex_test.go"},
		Replace: []string{
			`. "sync"`, `. "github.com/percpu-go/percpu/primitives"`,
			"\t\"internal/testenv\"\n", "",
		},
		Drop: map[string]string{
			"HammerSemaphore":                "the runtime's semaphores are not ours",
			"TestSemaphore":                  "the same",
			"BenchmarkUncontendedSemaphore?": "the same",
			"BenchmarkContendedSemaphore?":   "the same",
		},
		Add: map[string]string{"stdlib_types_test.go": `package primitives_test

import (
	"os"
	"sync"
	"testing"
)

type (
	Mutex     = sync.Mutex
	Locker    = sync.Locker
	WaitGroup = sync.WaitGroup
)

var testenv internal // instead of the package

type internal struct{}

func (internal) MustHaveExec(testing.TB)         {}
func (internal) Executable(testing.TB) string { return os.Args[0] }
`, "stdlib_bubble_test.go": `//go:build go1.25

package primitives_test

import (
	"testing"
	"testing/synctest"
)

func TestInBubble(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"TestParallelReaders": TestParallelReaders,
		"TestRWMutex":         TestRWMutex,
		"TestRLocker":         TestRLocker,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
}
`},
		Tests: append([]string{"TestParallelReaders", "TestRWMutex", "TestRLocker", "TestMutexMisuse"}, bubbled...),
	}
	built := suite.Build(t)
	for _, c := range primitives.Candidates() {
		t.Run(c.Name, func(t *testing.T) {
			if _, err := c.Open(); err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			suite := suite
			suite.Env = []string{primitives.BackendEnv + "=" + c.Name}
			suite.Test(t, built)
		})
	}
}
