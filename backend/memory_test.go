package backend_test

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

func newMemory(t *testing.T, g backend.Geometry) *stub {
	t.Helper()
	b := new(stub)
	m, err := backend.NewMemory(b, g)
	if err != nil {
		t.Fatal(err)
	}
	b.memory = m
	return b
}

// stub is a backend that has only memory.
type stub struct {
	backend.Backend
	memory *backend.Memory
}

func (s *stub) Memory() *backend.Memory { return s.memory }

func TestGeometry(t *testing.T) {
	everyLine := make([]uintptr, 64)
	for i := range everyLine {
		everyLine[i] = uintptr(i) * 64
	}
	for _, tt := range []struct {
		geo backend.Geometry
		ok  bool
	}{
		{backend.Geometry{}, false},
		{backend.Geometry{Slots: -1}, false},
		{backend.Geometry{Slots: 1}, true},
		{backend.Geometry{Slots: 8192, Overflow: 64}, true},
		{backend.Geometry{Slots: 8193}, false},
		{backend.Geometry{Slots: 1, Overflow: -1}, false},
		{backend.Geometry{Slots: 1, Overflow: 65}, false},
		{backend.Geometry{Slots: 1, Avoid: everyLine[1:]}, true},
		{backend.Geometry{Slots: 1, Avoid: everyLine}, false},
	} {
		if _, err := backend.NewMemory(nil, tt.geo); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.geo, err)
		}
	}
}

// TestCellsDontOverlap marks every word of enough cells for several chunks.
func TestCellsDontOverlap(t *testing.T) {
	b := newMemory(t, backend.Geometry{Slots: 3, Overflow: 1, Avoid: []uintptr{0, 4000}})
	cells := make([]backend.Cell, 20_000)
	for i := range cells {
		if err := cells[i].Attach(b); err != nil {
			t.Fatal(err)
		}
		for s := range b.Memory().Geometry().Words() {
			w := cells[i].Word(s)
			if *w != 0 {
				t.Fatalf("cell %d, slot %d is not new: %#x", i, s, *w)
			}
			*w = uint64(i)<<8 | uint64(s) | 1<<63
			if line := uintptr(unsafe.Pointer(w)) % 4096 / 64; line == 0 || line == 4000/64 {
				t.Fatalf("cell %d stands on line %d, which is to be avoided", i, line)
			}
			if uintptr(unsafe.Pointer(w))%8 != 0 {
				t.Fatalf("cell %d is not aligned", i)
			}
		}
		if d := uintptr(unsafe.Pointer(cells[i].Word(1))) - uintptr(unsafe.Pointer(cells[i].Word(0))); d != 1<<backend.StrideShift {
			t.Fatalf("stride %d", d)
		}
	}
	if s := b.Memory().Stats(); s.Chunks < 2 || s.Groups < len(cells)/64 {
		t.Errorf("%d cells in %+v", len(cells), s)
	}
}

// TestMemoryIsReleased: dropped cells' groups come back, as long as one cell of
// a group is reachable the group doesn't.
func TestMemoryIsReleased(t *testing.T) {
	b := newMemory(t, backend.Geometry{Slots: 2})
	cells := make([]backend.Cell, 3200)
	for i := range cells {
		if err := cells[i].Attach(b); err != nil {
			t.Fatal(err)
		}
	}
	held := &backend.Cell{} // the 3201st, in the group that Memory itself holds
	if err := held.Attach(b); err != nil {
		t.Fatal(err)
	}
	if free := b.Memory().Stats().Free; free != 0 {
		t.Fatalf("%d groups free while all are in use", free)
	}
	runtime.KeepAlive(cells)
	cells = nil
	want := 3200/64 - 1 // the last may be shared with held's
	for deadline := time.Now().Add(time.Minute); b.Memory().Stats().Free < want; {
		if time.Now().After(deadline) {
			t.Fatalf("%+v, want at least %d free", b.Memory().Stats(), want)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	*held.Word(0) = 7
	for range 3200 {
		var c backend.Cell
		if err := c.Attach(b); err != nil {
			t.Fatal(err)
		}
		if c.Word(0) == held.Word(0) {
			t.Fatal("a held cell was handed out again")
		}
	}
	if s := b.Memory().Stats(); s.Chunks != 1 {
		t.Errorf("%+v, want one chunk", s)
	}
	runtime.KeepAlive(held)
}
