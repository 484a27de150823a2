package sync

import (
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

// A RWMutex is a reader/writer lock whose readers, once they have met, no longer
// write to the same memory. It has the methods and promises of the standard one;
// [primitives.RWMutex] says what it costs and what it is not for.
type RWMutex = primitives.RWMutex

// A Mutex is the standard [sync.Mutex].
type Mutex = sync.Mutex

// A Locker is the standard [sync.Locker].
type Locker = sync.Locker

// A Cond is the standard [sync.Cond]. Its L may be a RWMutex of this package, or
// what its RLocker returns.
type Cond = sync.Cond

// A Map is the standard [sync.Map]. For a map with types, which is faster, see
// [primitives.Map].
type Map = sync.Map

// A Pool is the standard [sync.Pool]. For objects of one type, which can be kept
// for less, see [primitives.FreeList].
type Pool = sync.Pool

// A Once is the standard [sync.Once].
type Once = sync.Once

// A WaitGroup is the standard [sync.WaitGroup].
type WaitGroup = sync.WaitGroup

// NewCond calls the standard [sync.NewCond].
func NewCond(l Locker) *Cond { return sync.NewCond(l) }

// OnceFunc calls the standard [sync.OnceFunc].
func OnceFunc(f func()) func() { return sync.OnceFunc(f) }

// OnceValue calls the standard [sync.OnceValue].
func OnceValue[T any](f func() T) func() T { return sync.OnceValue(f) }

// OnceValues calls the standard [sync.OnceValues].
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) { return sync.OnceValues(f) }
