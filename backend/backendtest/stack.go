package backendtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// stackChecks are the checks of stacks, for backends that have them. Items are
// numbers here, not addresses: only the leaf Push looks at what an item points to.
func stackChecks() []Check {
	check := func(name string, f func(b backend.Stacks) error) Check {
		return Check{name, func(b backend.Backend) error {
			if s, ok := b.(backend.Stacks); ok {
				return f(s)
			}
			return nil
		}}
	}
	return []Check{
		check("stack/model", checkStackModel),
		check("stack/ownership", checkStackOwnership),
		check("stack/drain", checkStackDrain),
		check("stack/neighbours", checkStackNeighbours),
		check("stack/recycled", checkStackRecycled),
	}
}

func newStack(b backend.Backend, capacity int) (*backend.Stack, error) {
	s := new(backend.Stack)
	if err := s.Attach(b, backend.StackConfig{Capacity: capacity, Tag: backend.NewTag()}); err != nil {
		return nil, err
	}
	switch {
	case s.Closed():
		return nil, errors.New("an attached stack is closed")
	case s.Len() != 0 || s.Pops() != 0:
		return nil, fmt.Errorf("a new stack has %d items and %d Pops", s.Len(), s.Pops())
	}
	return s, nil
}

// snapshot returns the items of every slot.
func snapshot(b backend.Backend, s *backend.Stack) [][]uintptr {
	slots := make([][]uintptr, b.Memory().Geometry().Slots)
	for i := range slots {
		h, words := s.Block(i)
		header := backend.StackHeader(atomic.LoadUint64(h))
		for k := range min(header.Count(), len(words)) {
			slots[i] = append(slots[i], uintptr(words[k]))
		}
	}
	return slots
}

// changed returns the slot in which the snapshots differ, or -1, and how.
func changed(before, after [][]uintptr) (slot int, was, is []uintptr, err error) {
	slot = -1
	for i := range before {
		if slices.Equal(before[i], after[i]) {
			continue
		}
		if slot >= 0 {
			return 0, nil, nil, fmt.Errorf("slots %d and %d have changed", slot, i)
		}
		slot, was, is = i, before[i], after[i]
	}
	return slot, was, is, nil
}

// checkStackModel does random operations one at a time and compares what
// they did to the slots with what they say.
func checkStackModel(b backend.Stacks) error {
	const capacity, steps = 5, 3000
	s, err := newStack(b, capacity)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	pops := uint64(0)
	for next := uintptr(1); next < steps; {
		before := snapshot(b, s)
		var pushed, popped []uintptr
		var what string
		switch random.IntN(4) {
		case 0:
			what = "Push"
			if b.Push(s, next) {
				pushed = []uintptr{next}
			}
			next++
		case 1:
			what = "Pop"
			if x, ok := b.Pop(s); ok {
				popped = []uintptr{x}
				pops++
			}
		case 2:
			what = "PushBatch"
			items := make([]uintptr, 1+random.IntN(capacity))
			for i := range items {
				items[i] = next
				next++
			}
			if b.PushBatch(s, items) {
				pushed = items
			}
		case 3:
			what = "PopBatch"
			items := make([]uintptr, 1+random.IntN(capacity+2))
			popped = items[:b.PopBatch(s, items)]
		}
		slot, was, is, err := changed(before, snapshot(b, s))
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		want := slices.Clone(was)
		if n := len(want) - len(popped); n >= 0 {
			if !slices.Equal(want[n:], popped) {
				return fmt.Errorf("%s in slot %d popped %v of %v", what, slot, popped, was)
			}
			want = want[:n]
		}
		if want = append(want, pushed...); len(want) > capacity || !slices.Equal(is, want) {
			return fmt.Errorf("%s in slot %d: %v became %v, want %v, of at most %d", what, slot, was, is, want, capacity)
		}
	}
	if got := s.Pops(); got > pops || got < pops-pops/10 { // some may be done as batches of one
		return fmt.Errorf("%d Pops were counted of %d", got, pops)
	}
	return nil
}

// tokens are items that have one holder each, who marks them.
type tokens struct {
	held   []atomic.Bool // by number
	failed atomic.Pointer[error]
}

func newTokens(n int) *tokens { return &tokens{held: make([]atomic.Bool, n)} }

func (t *tokens) fail(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	t.failed.CompareAndSwap(nil, &err)
}

// taken marks a token that came out of a stack.
func (t *tokens) taken(x uintptr) {
	if x == 0 || x > uintptr(len(t.held)) || !t.held[x-1].CompareAndSwap(false, true) {
		t.fail("token %d of %d was handed out while someone held it", x, len(t.held))
	}
}

// given marks a token that goes into a stack.
func (t *tokens) given(x uintptr) {
	if x > 0 && x <= uintptr(len(t.held)) {
		t.held[x-1].Store(false)
	}
}

// pushAll pushes tokens that nobody holds, and returns those for which there
// was no room.
func (t *tokens) pushAll(b backend.Stacks, s *backend.Stack, items []uintptr) (rest []uintptr) {
	for _, x := range items {
		t.taken(x)
		t.given(x)
		if !b.Push(s, x) {
			rest = append(rest, x)
		}
	}
	return rest
}

// play moves tokens to and from a stack, beginning and ending with some in hand.
func (t *tokens) play(b backend.Stacks, s *backend.Stack, hand []uintptr, steps int) []uintptr {
	room := make([]uintptr, 4)
	for step := range steps {
		if t.failed.Load() != nil {
			break
		}
		switch n := len(hand); {
		case step%7 == 0 && n >= 3:
			batch := hand[n-3:]
			for _, x := range batch {
				t.given(x)
			}
			if b.PushBatch(s, batch) {
				hand = hand[:n-3]
				continue
			}
			for _, x := range batch {
				t.taken(x)
			}
		case step%11 == 0:
			for _, x := range room[:b.PopBatch(s, room)] {
				t.taken(x)
				hand = append(hand, x)
			}
		case step%2 == 0 && n > 0:
			t.given(hand[n-1])
			if b.Push(s, hand[n-1]) {
				hand = hand[:n-1]
			} else {
				t.taken(hand[n-1])
			}
		default:
			if x, ok := b.Pop(s); ok {
				t.taken(x)
				hand = append(hand, x)
			}
		}
	}
	return hand
}

// playAll has goroutines play, and then wants every token to be in one hand, or
// in the stack once.
func (t *tokens) playAll(b backend.Stacks, s *backend.Stack) error {
	perHand := len(t.held) / goroutines
	hands := make([][]uintptr, goroutines)
	together(goroutines, func(i int) {
		var hand []uintptr
		for k := range perHand {
			t.held[i*perHand+k].Store(true)
			hand = append(hand, uintptr(i*perHand+k+1))
		}
		hands[i] = t.play(b, s, hand, operations(b))
	})
	if err := t.failed.Load(); err != nil {
		return *err
	}
	all, err := s.Drain(nil)
	if err != nil {
		return err
	}
	if s.Len() != 0 {
		return fmt.Errorf("%d items are left after Drain", s.Len())
	}
	return t.complete(append(all, slices.Concat(hands...)...))
}

// complete wants every token once.
func (t *tokens) complete(all []uintptr) error {
	slices.Sort(all)
	if distinct := slices.Compact(slices.Clone(all)); len(all) != len(t.held) || len(distinct) != len(all) {
		return fmt.Errorf("of %d tokens %d are left, %d of them distinct", len(t.held), len(all), len(distinct))
	}
	return nil
}

func checkStackOwnership(b backend.Stacks) error {
	s, err := newStack(b, 16)
	if err != nil {
		return err
	}
	return newTokens(goroutines*8).playAll(b, s)
}

// checkStackDrain is checkStackOwnership with a goroutine that drains all the
// time and pushes again what it has drained.
func checkStackDrain(b backend.Stacks) error {
	if err := b.Fence(backend.AllSlots); errors.Is(err, backend.ErrNotSupported) {
		return nil // nothing can drain its stacks
	}
	s, err := newStack(b, 16)
	if err != nil {
		return err
	}
	t := newTokens(goroutines * 8)
	var stop atomic.Bool
	var wg sync.WaitGroup
	var rest []uintptr // drained and not pushed again
	var drains atomic.Int64
	wg.Add(1)
	go func() {
		defer wg.Done()
		for ; !stop.Load() && t.failed.Load() == nil; drains.Add(1) {
			items, err := s.Drain(rest)
			if err != nil {
				t.fail("Drain: %w", err)
			}
			rest = t.pushAll(b, s, items)
			runtime.Gosched()
		}
	}()
	perHand := len(t.held) / goroutines
	hands := make([][]uintptr, goroutines)
	together(goroutines, func(i int) {
		var hand []uintptr
		for k := range perHand {
			t.held[i*perHand+k].Store(true)
			hand = append(hand, uintptr(i*perHand+k+1))
		}
		for first := true; first || drains.Load() == 0 && t.failed.Load() == nil; first = false {
			hand = t.play(b, s, hand, operations(b)/2) // again if it was over before a drain
		}
		hands[i] = hand
	})
	stop.Store(true)
	wg.Wait()
	if err := t.failed.Load(); err != nil {
		return *err
	}
	all, err := s.Drain(rest)
	if err != nil {
		return err
	}
	return t.complete(append(all, slices.Concat(hands...)...))
}

// checkStackNeighbours fills stacks of all sizes, and cells between them.
func checkStackNeighbours(b backend.Stacks) error {
	var stacks []*backend.Stack
	var cells []*backend.Cell
	for _, capacity := range []int{1, 63, 64, 400, backend.MaxStackCapacity, 7, 500, 63} {
		s, err := newStack(b, capacity)
		if err != nil {
			return err
		}
		c, err := newCell(b)
		if err != nil {
			return err
		}
		stacks, cells = append(stacks, s), append(cells, c)
	}
	for i, s := range stacks {
		for slot := range b.Memory().Geometry().Slots {
			_, words := s.Block(slot)
			if len(words) != s.Capacity() {
				return fmt.Errorf("%d words in a slot, want %d", len(words), s.Capacity())
			}
			for k := range words {
				if words[k] != 0 {
					return fmt.Errorf("stack %d, slot %d: word %d is %#x before it was written", i, slot, k, words[k])
				}
				words[k] = uint64(i + 1)
			}
			cells[i].Add(1)
		}
	}
	for i, s := range stacks {
		for slot := range b.Memory().Geometry().Slots {
			h, words := s.Block(slot)
			if *h != 0 || slices.ContainsFunc(words, func(w uint64) bool { return w != uint64(i+1) }) {
				return fmt.Errorf("stack %d, slot %d: written by a neighbour", i, slot)
			}
		}
		if sum := cells[i].Sum(); sum != uint64(b.Memory().Geometry().Slots) {
			return fmt.Errorf("cell %d: sum %d, want %d", i, sum, b.Memory().Geometry().Slots)
		}
	}
	return nil
}

// checkStackRecycled drops stacks that were used and looks for their remains in
// new ones.
func checkStackRecycled(b backend.Stacks) error {
	before, end := b.Memory().Stats(), time.Now().Add(30*time.Second)
	for range 10 {
		for range 400 { // without recycling, several chunks in all
			s, err := newStack(b, 100)
			if err != nil {
				return err
			}
			b.PushBatch(s, []uintptr{1, 2, 3})
		}
		collect(b, before, end)
	}
	if after := b.Memory().Stats(); after.Chunks > before.Chunks+12 {
		return fmt.Errorf("%d chunks became %d though no more than 400 stacks were in use", before.Chunks, after.Chunks)
	}
	return nil
}
