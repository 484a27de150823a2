package primitives

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/percpu-go/percpu/backend"
)

// IDs hands out numbers, none of them twice: names of requests, rows or objects. It
// replaces an atomic.Uint64 that is added 1 to, where many goroutines do. Each CPU
// takes a block of 1,024 numbers at a time, and hands them out without asking anyone.
//
// It is not for numbers without gaps, nor for those that tell which came first: they
// rise as one CPU hands them out, and only roughly in all. Next never returns a
// number that is so much less than one that had been returned before it was called
// that 1,024 times 128 plus 16 for each CPU lie between. Numbers begin anew with each
// IDs value: what is to be unique in the world needs more than that.
//
// The zero value is ready, on the default backend; its first numbers are 1,024 or a
// little more, and 0 is never one. An IDs must not be copied after first use. It costs
// 128 bytes, and 8 on each CPU that uses it. Numbers last for more than a
// thousand years at 2^28 in a second; blocks that a CPU loses because the goroutine
// was moved as it fetched one count as used.
//
// In the terminology of the Go memory model Next is a write, and doesn't synchronize.
type IDs struct {
	_     noCopy
	cell  backend.GuardedCell // first: slow paths get its address; its guard is the least number
	_     [64]byte            // what is before is read by all
	given atomic.Uint64       // blocks
	_     [24]byte
}

// NewIDs returns IDs that have handed out nothing yet.
func NewIDs(opts ...Option) *IDs {
	ids := new(IDs)
	attach(ids.cell.Cell(), opts)
	return ids
}

// Next returns a number that it has not returned before.
func (ids *IDs) Next() uint64 { return ids.cell.NextInBlock(0, nextID) }

// nextID is Next where the CPU's block is used up, or can't be reached.
func nextID(w unsafe.Pointer, _ uint64) uint64 {
	ids := (*IDs)(w)
	if cell := ids.cell.Cell(); cell.Backend() == nil {
		if b, ok := defaultIfReady(); ok {
			_ = cell.Attach(b) // without memory it works on one word
		}
	}
	if id := ids.cell.NextInBlockSlow(0); id != 0 {
		return id
	}
	n := ids.given.Add(1)
	ids.forget(n)
	return ids.cell.NextInBlockSlow(n * backend.BlockLen)
}

// forget has CPUs give up blocks that are far behind block n. It writes what all read
// only once in many blocks.
func (ids *IDs) forget(n uint64) {
	behind := blocksBehind()
	guard := ids.cell.Guard()
	for old := guard.Load(); n > old/backend.BlockLen+2*behind; old = guard.Load() {
		if guard.CompareAndSwap(old, (n-behind)*backend.BlockLen) {
			return
		}
	}
}

// blocksBehind is how many blocks may be given while a CPU uses up one of its own.
var blocksBehind = sync.OnceValue(func() uint64 { return uint64(64 + 8*runtime.NumCPU()) })
