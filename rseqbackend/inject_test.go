//go:build percpuinject && linux && amd64 && !purego

package rseqbackend

import (
	"sync/atomic"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// In a percpuinject build sections wait between reading the index and
// committing, so that most interrupts land there, and count their aborts.

const injectedDelay = 2000 // turns, about a microsecond

// delayed sets the delay for the rest of the test.
func delayed(t *testing.T, turns uint64) {
	atomic.StoreUint64(&asm.Injected.Delay, turns)
	t.Cleanup(func() { atomic.StoreUint64(&asm.Injected.Delay, 0) })
}

// TestAborts: sums are exact though sections were aborted, which is asserted.
func TestAborts(t *testing.T) {
	b := openOrSkip(t)
	delayed(t, injectedDelay)
	adds := min(backendtest.Adds(t)/20, 5_000_000)
	for _, tt := range []struct {
		name string
		add  func(c *backend.Cell, delta int64)
		sum  func(c *backend.Cell) int64
	}{
		{"Add", (*backend.Cell).Add, sumInt},
		{"AddFloat64", addFloat, sumFloat},
		{"CompareAndStore", addByCompareAndStore, sumInt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c backend.Cell
			attach(t, &c, b)
			before := b.Stats().Aborts
			if d := backendtest.Stress(t, adds, func(delta int64) { tt.add(&c, delta) }, func() int64 { return tt.sum(&c) }); d != 0 {
				t.Errorf("the sum is off by %d", d)
			}
			aborts := b.Stats().Aborts - before
			t.Logf("%d aborts", aborts)
			if aborts == 0 {
				t.Error("no section was aborted: this test has tested nothing")
			}
		})
	}
}

// TestBrokenSectionsAreNoticed runs operations with a wrong post_commit and
// wants the sum to be wrong: so the stress test would see it.
func TestBrokenSectionsAreNoticed(t *testing.T) {
	b := openOrSkip(t)
	sections := asm.Sections()
	for _, tt := range []struct {
		name       string
		section    asm.Section
		used       **asm.Descriptor
		add        func(c *backend.Cell, delta int64)
		sum        func(c *backend.Cell) int64
		postCommit int64 // added to what is right
		delay      uint64
		adds       int
	}{
		// Cut off before the wait: what interrupts the wait goes unnoticed, and
		// the commit stores a sum that others have added to meanwhile.
		{"short", sections[1], &asm.Injected.AddFloat64, addFloat, sumFloat, -int64(len(sections[1].Commit)) - 0x11, injectedDelay, 500_000},
		// With the return in it: interrupted after the commit, it commits again.
		{"long", sections[0], &asm.Injected.Add, (*backend.Cell).Add, sumInt, +1, 0, 50_000_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken := staticDescriptor(t)
			*broken = *tt.section.Descriptor
			broken.PostCommitOffset += uint64(tt.postCommit)
			if err := auditSection(asm.Section{Name: tt.section.Name, Descriptor: broken, Commit: tt.section.Commit, Return: tt.section.Return}); err == nil {
				t.Error("the audit passes it")
			}
			delayed(t, tt.delay)
			*tt.used = broken
			defer func() { *tt.used = tt.section.Descriptor }()
			var c backend.Cell
			attach(t, &c, b)
			for try := range 20 {
				if d := backendtest.Stress(t, tt.adds, func(delta int64) { tt.add(&c, delta) }, func() int64 { return tt.sum(&c) }); d != 0 {
					t.Logf("noticed in run %d: off by %d", try+1, d)
					return
				}
			}
			t.Error("not noticed")
		})
	}
}

// staticDescriptor returns a descriptor that is never unmapped: threads keep its
// address in their areas.
func staticDescriptor(t *testing.T) *asm.Descriptor {
	t.Helper()
	mem, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	return (*asm.Descriptor)(unsafe.Pointer(&mem[0]))
}
