package rseqbackend

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// TestTrial: this kernel aborts sections, and soon.
func TestTrial(t *testing.T) {
	b := openOrSkip(t)
	c := newCell(t, b)
	feature.OnThread(func() {
		c.Add(1) // registers the thread
		start := time.Now()
		for range 20 {
			if err := trial(asm.Spin); err != nil {
				t.Error(err)
			}
		}
		t.Logf("%v each", time.Since(start)/20)
	})
}

// TestTrialCatches: a kernel that does not abort is rejected, for good. A thread
// without an area stands for it: the kernel has no section to abort there.
func TestTrialCatches(t *testing.T) {
	b := openOrSkip(t)
	if b.Info().Process != "go" {
		t.Skip("every thread has an area of libc's")
	}
	feature.OnThread(func() {
		if area, _, _ := asm.State(); area != 0 {
			return // a thread that other tests have used
		}
		area, err := b.areas.take(-1) // an area that the kernel doesn't know
		if err != nil {
			t.Error(err)
			return
		}
		before := asm.Anchor()
		asm.SetAnchor(uintptr(unsafe.Pointer(area)))
		err = trial(asm.Spin)
		asm.SetAnchor(before)
		b.areas.put(-1)
		if !errors.Is(err, errNotAborted) || !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("%v, want %v, conclusively", err, errNotAborted)
		}
	})
}

// TestTrialByPreemption: a kernel that aborts sections for a signal but not when
// they are preempted is rejected, for good.
func TestTrialByPreemption(t *testing.T) {
	openOrSkip(t)
	for try := 1; ; try++ {
		var err error
		first := true
		feature.OnThread(func() {
			err = trial(func(state *uint32, turns uint64) bool {
				for range turns / 2 {
					atomic.StoreUint32(state, asm.SpinStarted)
				}
				aborted := first // the one interrupted by a signal
				first = false
				return aborted
			})
		})
		if errors.Is(err, errNotAborted) && errors.Is(err, backend.ErrNotSupported) {
			return
		}
		if try == 10 {
			t.Fatalf("%v, want %v, conclusively", err, errNotAborted)
		}
	}
}
