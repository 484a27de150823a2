package backend

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
)

// MaxStackCapacity is the largest number of items that a Stack can have in each
// slot.
const MaxStackCapacity = asm.MaxStackCapacity

// Stack is a bounded stack of pointers in every slot of a backend's memory. It
// is a mechanism, not a container: an operation that can't be done says so, and
// its owner must have another place for the item. The zero value has no memory,
// and all its operations are the owner's.
//
// Items are addresses of objects that the owner keeps reachable, for the
// collector doesn't see them here. The 8 bytes before an object hold its own
// address XOR Tag, and Push refuses what has not: a pointer to another object
// would be handed out again after that object is gone.
//
// A Stack must not be copied after Attach. It costs 64 bytes, and in each slot 8
// bytes and 8 for each item it may hold, rounded up to groups of 512.
type Stack struct {
	words asm.Stack // first: leaves get its address

	slot0 uintptr // of the header in slot 0, 0 if there is no memory
	lease *lease  // written, as slot0 is, before words
	slow  bool    // Push always goes to the owner
}

// StackConfig says what Attach is to make.
type StackConfig struct {
	Capacity int     // items in each slot, 1 to MaxStackCapacity
	Tag      uintptr // see NewTag
	PushSlow bool    // the leaf Push shall always go to the owner
}

// Stackable returns b if stacks on it are of use, as operations are done there and
// Drain works, or else nil.
func Stackable(b Backend) Stacks {
	if s, ok := b.(Stacks); ok && b.Fence(AllSlots) == nil {
		return s
	}
	return nil
}

// NewTag returns a tag that no other Stack has, in all likelihood. It is not 0.
func NewTag() uintptr { return uintptr(rand.Uint64()) | 1 }

// Attach gives the stack memory of b. It must be called once, before anything
// but the leaves. The error says that b has no memory; all operations are then
// the owner's.
func (s *Stack) Attach(b Backend, cfg StackConfig) error {
	if cfg.Capacity < 1 || cfg.Capacity > MaxStackCapacity {
		panic("percpu: Stack.Attach: capacity out of bounds")
	}
	s.words.Capacity, s.words.Tag = uint64(cfg.Capacity), uint64(cfg.Tag)
	s.slow = cfg.PushSlow
	slot0, lease, err := b.Memory().allocBlock((1 + cfg.Capacity) * wordSize)
	if err == nil {
		s.slot0, s.lease = slot0, lease
	}
	s.open()
	return err
}

// open sets the words that sections and Closed look at. Stores are ordered:
// what the caller wrote to the slots before is seen by every section that sees
// an open word.
func (s *Stack) open() {
	word := asm.NoWord
	if s.slot0 != 0 {
		word = asm.SlowWord(s.slot0)
		if s.lease.memory.geo.Leaf == LeafRseq {
			word = asm.RseqWord(s.slot0)
		}
	}
	push := word
	if s.slow {
		push = asm.NoWord
	}
	s.set(word, push)
}

func (s *Stack) set(word, push asm.Word) {
	atomic.StoreInt64((*int64)(&s.words.Batch), int64(word))
	atomic.StoreInt64((*int64)(&s.words.PushWord), int64(push))
	atomic.StoreInt64((*int64)(&s.words.PopWord), int64(word))
}

// Closed reports whether the stack takes and gives nothing now, because it is
// being drained or has no memory.
func (s *Stack) Closed() bool {
	w := asm.Word(atomic.LoadInt64((*int64)(&s.words.Batch)))
	return w == 0 || w == asm.NoWord
}

// Capacity returns how many items each slot holds at most.
func (s *Stack) Capacity() int { return int(s.words.Capacity) }

// Push pushes x in the slot of the CPU that the caller runs on, or goes on in slow:
// if the leaf can't do it on this thread, on this slot or on this backend. slow sees
// the operation's caller as its own, and gets the address of the Stack, and so of a
// struct that begins with it; o is for it. It must be declared at package level. It
// inlines to one call of a leaf.
func (s *Stack) Push(x unsafe.Pointer, o any, slow func(stack, x unsafe.Pointer, o any)) {
	asm.Push(unsafe.Pointer(&s.words), x, o, slow)
}

// Pop pops an item in the slot of the CPU that the caller runs on, or returns
// what slow does, as Push.
func (s *Stack) Pop(o any, slow func(stack unsafe.Pointer, o any) unsafe.Pointer) unsafe.Pointer {
	return asm.Pop(unsafe.Pointer(&s.words), o, slow)
}

// SectionPush pushes all items in one critical section, for backends whose
// memory is LeafRseq. It returns how many: none if there is no room for all, and
// -1 if this thread can't commit or the stack is closed.
func (s *Stack) SectionPush(items []uintptr) int {
	return asm.PushBatch(unsafe.Pointer(&s.words), noescape(items), len(items))
}

// SectionPop pops as many items as there are and items has room for, in one
// critical section. It returns how many, or -1 as SectionPush does.
func (s *Stack) SectionPop(items []uintptr) int {
	return asm.PopBatch(unsafe.Pointer(&s.words), noescape(items), len(items))
}

// noescape returns the address of items, and hides from escape analysis that it
// does. The leaves that get it use it no longer than they run, which is not longer
// than the goroutine's stack stays where it is.
func noescape(items []uintptr) *uintptr {
	p := unsafe.SliceData(items)
	addr := uintptr(unsafe.Pointer(p))
	return *(**uintptr)(unsafe.Pointer(&addr))
}

// Len returns the number of items in all slots: exact if nobody pushes or pops
// meanwhile.
func (s *Stack) Len() (n int) {
	for slot := range s.slots() {
		n += int(atomic.LoadUint64(s.header(slot)) & asm.StackCountMask)
	}
	runtime.KeepAlive(s)
	return n
}

// Pops returns how many single Pops there have been in slots. It wraps around
// at 2^53 for each slot.
func (s *Stack) Pops() (n uint64) {
	for slot := range s.slots() {
		n += StackHeader(atomic.LoadUint64(s.header(slot))).pops()
	}
	runtime.KeepAlive(s)
	return n
}

// slots returns the number of slots whose stack may have been used.
func (s *Stack) slots() int {
	if s.slot0 == 0 {
		return 0
	}
	_, slots := s.lease.memory.inUse()
	return slots
}

func (s *Stack) header(slot int) *uint64 { return wordAt(s.slot0 + uintptr(slot)<<StrideShift) }

// Drain takes all items out of all slots, appends them to items and returns
// that. It closes the stack meanwhile, and no operation is under way in a slot
// while Drain is there. One Drain at a time, please. The error is the backend's
// Fence's; then nothing was taken.
func (s *Stack) Drain(items []uintptr) ([]uintptr, error) {
	if s.slot0 == 0 {
		return items, nil
	}
	s.set(asm.NoWord, asm.NoWord)
	defer s.open()
	m := s.lease.memory
	if err := m.backend.Fence(AllSlots); err != nil {
		return items, err
	}
	asm.InjectedStack.WaitDrain()
	for slot := range s.slots() {
		items = s.take(slot, items)
	}
	runtime.KeepAlive(s)
	return items, nil
}

// take empties one slot of a closed stack.
//
// It writes words that otherwise only operations write. That is safe after the
// fence: every operation that was under way has committed or starts again, and
// those that start find the stack closed, as they look at it inside. TestDrain and
// TestStressFreeList pin it.
func (s *Stack) take(slot int, items []uintptr) []uintptr {
	h, words := s.Block(slot)
	header := StackHeader(atomic.LoadUint64(h))
	if header == 0 {
		return items // not even touched: the page may not be there
	}
	for i := range header.Count() {
		items = append(items, uintptr(atomic.LoadUint64(&words[i])))
	}
	atomic.StoreUint64(h, uint64(header.popped(header.Count())))
	return items
}

// Block returns the words of the stack in a slot, 0 to Geometry.Slots-1, for
// implementers of Backend: the header, a StackHeader, and the items, oldest
// first. The stack must stay reachable while they are used.
func (s *Stack) Block(slot int) (header *uint64, items []uint64) {
	if s.slot0 == 0 || slot < 0 || slot >= s.lease.memory.geo.Slots {
		panic("percpu: Stack.Block of no such slot")
	}
	s.lease.memory.name(slot)
	header = s.header(slot)
	return header, unsafe.Slice((*uint64)(unsafe.Add(unsafe.Pointer(header), wordSize)), s.words.Capacity)
}
