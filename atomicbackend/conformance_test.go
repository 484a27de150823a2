package atomicbackend

import (
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

func TestConformance(t *testing.T) {
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Log("hint:", b.Hint())
	backendtest.Run(t, b)
}

// TestConformanceWithoutHint runs the suite on the path that processors
// without RDPID take.
func TestConformanceWithoutHint(t *testing.T) {
	for _, slots := range []int{1, 2, 64} {
		b := &Backend{hint: HintGoroutine}
		var err error
		if b.memory, err = backend.NewMemory(b, backend.Geometry{Slots: slots}); err != nil {
			t.Fatal(err)
		}
		backendtest.Run(t, b)
	}
}

// TestHint pins which path runs where, so that a slow one does not go
// unnoticed.
func TestHint(t *testing.T) {
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	want := HintGoroutine
	if canHint() {
		want = HintRDPID
	}
	if b.Hint() != want {
		t.Errorf("hint %s, want %s", b.Hint(), want)
	}
}

// TestSlotsAreSpread checks that goroutines do not all share a slot.
func TestSlotsAreSpread(t *testing.T) {
	const goroutines = 64
	hashes := make(chan int, goroutines)
	hold := make(chan struct{})
	for range goroutines {
		go func() {
			hashes <- backend.GoroutineHash() % 64
			<-hold // stacks are reused by the next goroutine
		}()
	}
	distinct := make(map[int]bool)
	for range goroutines {
		distinct[<-hashes] = true
	}
	close(hold)
	if len(distinct) < goroutines/8 {
		t.Errorf("%d goroutines hash to %d of 64 slots", goroutines, len(distinct))
	}
	t.Logf("%d distinct", len(distinct))
}

func TestPowerOfTwo(t *testing.T) {
	for n, want := range map[int]int{1: 2, 2: 2, 3: 4, 4: 4, 5: 8, 64: 64, 65: 128} {
		if got := powerOfTwo(n); got != want {
			t.Errorf("powerOfTwo(%d) = %d, want %d", n, got, want)
		}
	}
}
