//go:build race

package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// TestAttachRace: who finds that somebody else has attached the cell just now has no
// race with him, though what orders them is hidden from the race detector.
func TestAttachRace(t *testing.T) {
	for _, c := range Candidates() {
		t.Run(c.Name, func(t *testing.T) {
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			if b.Memory().Geometry().Leaf != backend.LeafRseq || fenceAll(b) != nil {
				t.Skip("nothing is attached")
			}
			_ = new(backend.Cell).Attach(b) // or only headcounts would get a group's first cell
			for range 200 {                 // some of them get the first cell of a group
				h, rw := &headcount{want: b}, NewRWMutex(WithBackend(b))
				inHiddenOrder(func() { h.attach(b) }, func() { h.beginAttach() })
				inHiddenOrder(rw.attach, func() { rw.beginAttach(); rw.open() })
				if !h.hasCell() || !rw.hasCell() {
					t.Fatal("not attached")
				}
			}
		})
	}
}

// inHiddenOrder calls first and then second, each in a goroutine of its own, and the race
// detector does not know in which order.
func inHiddenOrder(first, second func()) {
	var over atomic.Bool
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		first()
		raceDisable()
		over.Store(true)
		raceEnable()
	}()
	go func() {
		defer wg.Done()
		raceDisable()
		for !over.Load() {
			runtime.Gosched()
		}
		raceEnable()
		second()
	}()
	wg.Wait()
}
