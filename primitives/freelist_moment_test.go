package primitives

import (
	"testing"
	"time"
	"unsafe"
)

// walked is stacks that change while someone walks along them: after each slot
// that it looks at, meanwhile is called.
type walked struct {
	counts    []int
	popped    uint64
	meanwhile func(w *walked, slot int)
}

func (w *walked) len() (n int) {
	for slot := range w.counts {
		n += w.counts[slot]
		if w.meanwhile != nil {
			w.meanwhile(w, slot)
		}
	}
	return n
}

func (w *walked) pops() uint64 { return w.popped }

// TestEmptyAtOnce: that every stack was empty when someone came by is not enough.
func TestEmptyAtOnce(t *testing.T) {
	if !emptyAtOnce(&walked{counts: []int{0, 0}}) {
		t.Error("all were empty")
	}
	if emptyAtOnce(&walked{counts: []int{0, 1}}) {
		t.Error("one was not empty")
	}
	if emptyAtOnce(&walked{counts: []int{0, 1}, meanwhile: func(w *walked, slot int) {
		if slot == 0 { // one object comes to where the walk was, and then one leaves where it goes
			w.counts[0]++
			w.counts[1]--
			w.popped++
		}
	}}) {
		t.Error("there was an object all the time")
	}
	if !emptyAtOnce(&walked{counts: []int{0, 0}, meanwhile: func(w *walked, slot int) { w.counts[0] = 1 }}) {
		t.Error("all were empty at first")
	}
}

// TestDrainClosesAllShelves: what drain has closed stays closed until it has closed
// all, so that it sees all at one moment.
func TestDrainClosesAllShelves(t *testing.T) {
	c := &core{}
	c.begin((*listOwner[int64])(nil), false, false)
	b := shelvesBackend()
	s := newShelves(b, 4, c.tag)
	v := newSeveral(b.Memory().Geometry())
	for i := range v.slots {
		v.slots[i].Store(&shelf{items: make([]uintptr, 3)})
	}
	s.several.Store(v)
	_, addrs := newSlab[int64](8, c.tag)
	v.slots[0].Load().giveFirst(addrs[0])
	v.slots[0].Load().give(addrs[1])

	last := v.slots[len(v.slots)-1].Load()
	head, _ := last.lock() // as by someone who was preempted
	drained := make(chan []uintptr)
	go func() {
		items, _ := s.drain(nil)
		drained <- items
	}()
	if s.empty() {
		t.Error("a list is said to be empty that is not")
	}
	h := v.slots[0].Load()
	for deadline := time.Now().Add(time.Minute); h.first.Load()&^firstCount != shelfClosed; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not closed")
		}
	}
	time.Sleep(10 * time.Millisecond)
	if h.giveFirst(addrs[2]) || h.give(addrs[2]) || h.giveBatch(addrs[2:3]) || h.takeFirst() != 0 || h.take() != 0 || h.takeBatch(make([]uintptr, 1)) != 0 {
		t.Error("a closed shelf gives or takes")
	}
	last.items[0] = addrs[3]
	last.unlock(head + shelfItem)
	if items := <-drained; len(items) != 3 || s.len() != 0 {
		t.Errorf("drained %d objects of 3, and %d are left", len(items), s.len())
	}
	if s.empty() {
		t.Error("a walk along shelves that others use knows of no moment at which all were empty")
	}
	if !h.giveFirst(addrs[2]) || h.giveFirst(addrs[4]) || !h.give(addrs[4]) || h.takeFirst() != addrs[2] || h.take() != addrs[4] {
		t.Error("what is open again does not work")
	}
}

// TestSlabPages: no object stands where a page may begin, whatever its size, and
// so none needs to be looked at to know that it is foreign.
func TestSlabPages(t *testing.T) {
	slabPages[[8]byte](t)
	slabPages[[16]byte](t) // node of 24: one in 512 would
	slabPages[[40]byte](t)
	slabPages[[248]byte](t)
	slabPages[[1016]byte](t)
	slabPages[[1032]byte](t)
	slabPages[[4096 - 16]byte](t)
	slabPages[[8192 - 24]byte](t)
}

func slabPages[T any](t *testing.T) {
	left := 0
	for range 300 {
		slab, addrs := newSlab[T](100, 12345)
		if len(addrs) == 0 {
			t.Fatalf("%T: no objects", *new(T))
		}
		for _, addr := range addrs {
			if beginsPage(addr) || !hasTag(pointer(addr), 12345) || hasTag(pointer(addr), 12347) {
				t.Fatalf("%T at %#x", *new(T), addr)
			}
		}
		left += len(slab.([]node[T])) - len(addrs)
	}
	t.Logf("nodes of %d bytes: %d left out", unsafe.Sizeof(node[T]{}), left)
}
