package primitives_test

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// IDsEnv is how many IDs TestIDs draws on each backend.
const idsEnv = "PERCPU_STRESS_IDS"

func idsToDraw(t *testing.T) int {
	if s := os.Getenv(idsEnv); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("%s=%q: want a number", idsEnv, s)
		}
		return n
	}
	if testing.Short() {
		return 80_000
	}
	return 2_000_000
}

// drawn is a set of IDs: bits, by 2^20 at a time.
type drawn struct{ pages sync.Map }

// add reports whether an ID is new.
func (d *drawn) add(id uint64) bool {
	const pageBits = 1 << 20
	p, ok := d.pages.Load(id / pageBits)
	if !ok {
		p, _ = d.pages.LoadOrStore(id/pageBits, new([pageBits / 64]atomic.Uint64))
	}
	bit := uint64(1) << (id % 64)
	return p.(*[pageBits / 64]atomic.Uint64)[id%pageBits/64].Or(bit)&bit == 0
}

// drawIDs draws n IDs from several goroutines and wants each once, none 0, and none far
// behind what was there before it was asked for.
func drawIDs(t *testing.T, ids *primitives.IDs, n int) {
	t.Helper()
	const workers = 8
	var set drawn
	var newest atomic.Uint64
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / workers {
				before := newest.Load()
				id := ids.Next()
				if id == 0 || !set.add(id) {
					t.Errorf("ID %d is 0, or was there already", id)
					return
				}
				if int64(before-id) > primitives.IDsBehind() {
					t.Errorf("ID %d after %d", id, before)
					return
				}
				if i%16 == 0 {
					for old := newest.Load(); id > old && !newest.CompareAndSwap(old, id); old = newest.Load() {
					}
				}
			}
		}()
	}
	wg.Wait()
}

func TestIDs(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		drawIDs(t, primitives.NewIDs(opt), idsToDraw(t))
	})
	t.Run("zero value", func(t *testing.T) { drawIDs(t, new(primitives.IDs), 10_000) })
}

// TestIDsForgetOldBlocks: a block that nobody used for long is not gone on with.
func TestIDsForgetOldBlocks(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		ids := primitives.NewIDs(opt)
		first := ids.Next()
		primitives.PassBlocks(ids, 3*uint64(primitives.IDsBehind())/1024)
		for range 5000 {
			if id := ids.Next(); id < 1024*uint64(primitives.IDsBehind())/1024 {
				t.Fatalf("%d, after %d and many blocks", id, first)
			}
		}
	})
}

func ExampleIDs() {
	var ids primitives.IDs
	a, b := ids.Next(), ids.Next()
	fmt.Println(a != b, a > 0)
	// Output: true true
}
