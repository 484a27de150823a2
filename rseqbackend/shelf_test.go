package rseqbackend

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// shelf is a stack with items of its own, which say where they are.
type shelf struct {
	stack backend.Stack // first: slow paths get its address
	b     *Backend
	mu    sync.Mutex
	depot []uintptr // what the stack had no room for
	items []shelfItem
	wrong atomic.Int64
}

type shelfItem struct {
	tag  uint64
	held atomic.Bool // its address is the item's
}

const shelfItems = 256

func newShelf(t *testing.T, b *Backend) *shelf {
	t.Helper()
	s := &shelf{b: b, items: make([]shelfItem, shelfItems)}
	tag := backend.NewTag()
	if err := s.stack.Attach(b, backend.StackConfig{Capacity: 16, Tag: tag}); err != nil {
		t.Fatal(err)
	}
	for i := range s.items {
		x := uintptr(unsafe.Pointer(&s.items[i].held))
		s.items[i].tag = uint64(x ^ tag)
		s.depot = append(s.depot, x)
	}
	return s
}

// The slow paths move a few items at a time, or the stack would do all the work.

func shelfPush(stack, x unsafe.Pointer, _ any) {
	s := (*shelf)(stack)
	if s.b.Push(&s.stack, uintptr(x)) { // a thread that was not registered
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room := make([]uintptr, 5)
	n := s.b.PopBatch(&s.stack, room)
	s.depot = append(append(s.depot, room[:n]...), uintptr(x))
}

func shelfPop(stack unsafe.Pointer, _ any) unsafe.Pointer {
	s := (*shelf)(stack)
	if x, ok := s.b.Pop(&s.stack); ok {
		return outside(x)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.depot)
	if n < 8 {
		return nil
	}
	x := s.depot[n-1]
	n--
	s.depot = s.depot[:n]
	if s.b.PushBatch(&s.stack, s.depot[n-6:]) {
		s.depot = s.depot[:n-6]
	}
	return outside(x)
}

// turn takes some items and puts them back.
func (s *shelf) turn(i int) {
	var mine [20]unsafe.Pointer
	n := 0
	for range 1 + i%len(mine) {
		x := s.stack.Pop(nil, shelfPop)
		if x == nil {
			break
		}
		if !(*atomic.Bool)(x).CompareAndSwap(false, true) {
			s.wrong.Add(1)
			continue // another has it, who puts it back
		}
		mine[n] = x
		n++
	}
	for _, x := range mine[:n] {
		(*atomic.Bool)(x).Store(false)
		s.stack.Push(x, nil, shelfPush)
	}
}

// lost empties the shelf and returns how many items are not there once, and how
// often one was there twice while the test ran.
func (s *shelf) lost(t *testing.T) int {
	t.Helper()
	all, err := s.stack.Drain(s.depot)
	if err != nil {
		t.Fatal(err)
	}
	times := make(map[uintptr]int)
	for _, x := range all {
		times[x]++
	}
	n := int(s.wrong.Load())
	for i := range s.items {
		if times[uintptr(unsafe.Pointer(&s.items[i].held))] != 1 {
			n++
		}
	}
	return n
}

// stressShelf returns how many items were lost or doubled by n pairs of Pop and
// Push under Torment.
func stressShelf(t *testing.T, b *Backend, n int) int {
	t.Helper()
	s := newShelf(t, b)
	torment := backendtest.StartTorment(func() { s.turn(3) })
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / 16 / 10 { // a turn is ten pairs on average
				s.turn(g + i)
			}
		}()
	}
	wg.Wait()
	torment.Stop()
	t.Logf("%d pairs: %v", n, torment)
	if torment.Err != nil || torment.Signals == 0 || torment.Migrations == 0 {
		t.Errorf("nothing happened to the threads: %v, %v", torment, torment.Err)
	}
	return s.lost(t)
}

// TestStressStack: no item is lost or doubled under everything that happens to
// threads.
func TestStressStack(t *testing.T) {
	b := openOrSkip(t)
	if n := stressShelf(t, b, backendtest.Adds(t)/4); n != 0 {
		t.Errorf("%d items were lost or doubled", n)
	}
	t.Logf("%+v", b.Stats())
}
