package primitives

import "github.com/percpu-go/percpu/backend"

// sections are a list's stacks in a backend's memory. The leaves work on the
// stack directly; this is for where they can't.
type sections struct {
	stack   backend.Stack
	backend backend.Stacks
}

var _ cpuStacks = (*sections)(nil)

func (s *sections) attach(b backend.Stacks, cfg backend.StackConfig) error {
	s.backend = b
	return s.stack.Attach(b, cfg)
}

func (s *sections) name() string                   { return s.backend.Name() }
func (s *sections) push(addr uintptr) bool         { return s.backend.Push(&s.stack, addr) }
func (s *sections) pushBatch(addrs []uintptr) bool { return s.backend.PushBatch(&s.stack, addrs) }
func (s *sections) popBatch(into []uintptr) int    { return s.backend.PopBatch(&s.stack, into) }

func (s *sections) pop() uintptr {
	addr, ok := s.backend.Pop(&s.stack)
	if !ok {
		return 0
	}
	return addr
}

func (s *sections) empty() bool { return emptyAtOnce(s) }

// emptyAtOnce finds out without a fence whether all stacks are empty at one moment.
//
// Single Pops are counted, each slot's in a word that only grows. If their sum is
// the same before and after, no slot's has changed from the end of the first walk
// to the beginning of the third, and so nothing was popped from a stack between the
// two: batches are popped under mu, and so are those Pops that a backend may do as
// batches of one. Then stacks have only grown during the second walk, and those
// that it found empty, which are all, were empty when it began.
func emptyAtOnce(s interface {
	len() int
	pops() uint64
}) bool {
	pops := s.pops()
	return s.len() == 0 && s.pops() == pops
}

func (s *sections) drain(items []uintptr) ([]uintptr, error) { return s.stack.Drain(items) }

func (s *sections) len() int     { return s.stack.Len() }
func (s *sections) pops() uint64 { return s.stack.Pops() }
