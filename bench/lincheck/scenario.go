package lincheck

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/percpu-go/percpu/primitives"
)

// HistoriesEnv is the environment variable that sets how many histories each
// scenario makes.
const HistoriesEnv = "PERCPU_LINCHECK"

// Scenario is what histories are made of.
type Scenario struct {
	Model   porcupine.Model
	Threads int // operating system threads that call at once

	// New makes a fresh object and returns the call of it.
	New func() func(input any) (output any)

	// Inputs returns what one thread calls in one history. It is called before
	// the history begins.
	Inputs func(rng *rand.Rand, thread int) []any
}

// patience is how long porcupine may think about one history. Histories are
// short: not knowing after that long is a failure.
const patience = 10 * time.Second

// Histories returns how many histories a test should make.
func Histories(t testing.TB) int {
	if s := os.Getenv(HistoriesEnv); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("%s=%q, want a number", HistoriesEnv, s)
		}
		return n
	}
	if testing.Short() {
		return 50
	}
	return 300
}

// Check makes histories until n of them had calls that overlapped, and fails the
// test at the first that is not linearizable.
func Check(t testing.TB, s Scenario, n int) {
	t.Helper()
	sel, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	made, err := check(s, n)
	if err != nil {
		t.Fatalf("%s backend: %v", sel.Backend.Name(), err)
	}
	t.Logf("%s backend: %d histories, %d with calls that overlapped: %d of %d calls",
		sel.Backend.Name(), made.histories, made.concurrent, made.overlapping, made.calls)
	if made.concurrent < n {
		t.Errorf("only %d of %d histories had calls that overlapped", made.concurrent, made.histories)
	}
}

// enough is how many histories are made with a planted bug before it counts as
// not found. Most are found within a hundred, a missing fence within some thousand.
const enough = 100_000

// Find makes histories as Check does and fails the test if all are linearizable:
// for objects with a planted bug. Where the bug can be interrupted, the object
// should call [runtime.Gosched]: where threads take turns on a busy machine,
// hardly any turn ends there by itself.
func Find(t testing.TB, s Scenario) {
	t.Helper()
	made, err := check(s, enough)
	if err == nil {
		t.Fatalf("the planted bug was not found in %d histories", made.histories)
	}
	if _, ok := err.(*illegalError); !ok {
		t.Fatal(err)
	}
	t.Logf("found: %v", err)
}

// tally is what was made.
type tally struct {
	histories, concurrent int // those with calls that overlapped
	calls, overlapping    int
}

const (
	batch  = 100 // histories that are made without a pause between them
	excess = 500 // histories that may be made for each that has calls that overlap
)

func check(s Scenario, n int) (made tally, err error) {
	c := newCrew(s)
	defer c.dismiss()
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for made.concurrent < n && made.histories < excess*n {
		for _, history := range c.record(rng, batch) {
			made.histories++
			made.calls += len(history)
			if n := overlapping(history); n > 0 {
				made.concurrent++
				made.overlapping += n
			}
			switch result, _ := porcupine.CheckOperationsVerbose(s.Model, history, patience); result {
			case porcupine.Illegal:
				return made, &illegalError{s.Model, history, made.histories}
			case porcupine.Unknown:
				return made, fmt.Errorf("history %d of %d calls: porcupine could not decide in %v", made.histories, len(history), patience)
			}
		}
	}
	return made, nil
}
