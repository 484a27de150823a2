//go:build linux

package primitives_test

import (
	"context"
	"encoding/binary"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/primitives"
)

// TestSectionsUnmap unmaps what readers read right after Synchronize. A reader that was
// not waited for faults, which ends the process.
func TestSectionsUnmap(t *testing.T) {
	d := 300 * time.Millisecond
	if s := os.Getenv("PERCPU_STRESS_UNMAP"); s != "" {
		var err error
		if d, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt)
		mapping := func(version uint64) *[]byte {
			m, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
			if err != nil {
				t.Fatal(err)
			}
			binary.NativeEndian.PutUint64(m, version)
			return &m
		}
		var current atomic.Pointer[[]byte]
		current.Store(mapping(1))
		var stop atomic.Bool
		var reads atomic.Uint64
		var wg sync.WaitGroup
		for i := range 2 * runtime.NumCPU() {
			wg.Add(1)
			go func() {
				defer wg.Done()
				last := uint64(0)
				for n := uint64(0); ; n++ {
					section := s.Enter()
					m := *current.Load()
					before := binary.NativeEndian.Uint64(m)
					if n%256 == 0 && i%2 == 0 {
						runtime.Gosched()
					}
					v := binary.NativeEndian.Uint64(m)
					s.Leave(section)
					if v < last || v != before {
						t.Errorf("version %d after %d", v, last)
					}
					if last = v; stop.Load() {
						reads.Add(n)
						return
					}
				}
			}()
		}
		maps := uint64(1)
		for end := time.Now().Add(d); time.Now().Before(end); {
			maps++
			old := current.Swap(mapping(maps))
			if turned && maps%4 != 0 {
				s.Eager()
			}
			if err := s.Synchronize(context.Background()); err != nil {
				t.Error(err)
			}
			if err := unix.Munmap(*old); err != nil {
				t.Fatal(err)
			}
		}
		stop.Store(true)
		wg.Wait()
		unix.Munmap(*current.Load())
		t.Logf("%d mappings, %d reads", maps, reads.Load())
	})
}
