//go:build percpuinject && linux && (amd64 || arm64) && gc && !purego

package rseqbackend

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// In a percpuinject build sections wait before or after committing, so that
// most interrupts land there, and count their aborts.

const (
	injectedTurns = 2000    // of a loop, about a microsecond
	brokenAdds    = 100_000 // with broken sections, until it is noticed
)

// wait sets how long sections wait for the rest of the test.
func wait(t *testing.T, delay, linger uint64) {
	atomic.StoreUint64(&asm.Injected.Delay, delay)
	atomic.StoreUint64(&asm.Injected.Linger, linger)
	t.Cleanup(func() {
		atomic.StoreUint64(&asm.Injected.Delay, 0)
		atomic.StoreUint64(&asm.Injected.Linger, 0)
	})
}

// TestAborts: sums are exact though sections were aborted, which is asserted.
func TestAborts(t *testing.T) {
	b := openOrSkip(t)
	wait(t, injectedTurns, 0)
	adds := min(backendtest.Adds(t)/20, 5_000_000)
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			add, sum := op.begin(t, b)
			before := b.Stats().Aborts
			for range 20 { // a guard may have been closed all the time
				if d := backendtest.Stress(t, adds, add, sum); d != 0 {
					t.Errorf("the sum is off by %d", d)
				}
				if aborts := b.Stats().Aborts - before; aborts > 0 {
					t.Logf("%d aborts", aborts)
					return
				}
			}
			t.Error("no section was aborted: this test has tested nothing")
		})
	}
}

// TestControl runs the same instructions without rseq: the descriptors name an
// empty section, which the kernel never aborts. Updates must get lost, or the
// threads did not get in each other's way and TestAborts has proved nothing.
func TestControl(t *testing.T) {
	b := openOrSkip(t)
	used := map[string]**asm.Descriptor{
		"Add":        &asm.Injected.Add,
		"AddFloat64": &asm.Injected.AddFloat64,
	}
	for _, op := range operations {
		used, ok := used[op.name]
		if !ok {
			continue // those with a guard complain
		}
		t.Run(op.name, func(t *testing.T) {
			empty, whole := staticDescriptor(t), *used
			*empty = *whole
			empty.PostCommitOffset = 0
			*used = empty
			defer func() { *used = whole }()
			wait(t, injectedTurns, 0)
			add, sum := op.begin(t, b)
			for range 20 {
				if d := backendtest.Stress(t, brokenAdds, add, sum); d != 0 {
					t.Logf("control lost %.2g%%", -100*float64(d)/(brokenAdds*4.5)) // what Stress adds, on average
					return
				}
			}
			t.Error("nothing was lost")
		})
	}
}

// TestBrokenSectionsAreNoticed runs operations with a wrong post_commit and
// wants the sum to be wrong: so the stress test would see it.
func TestBrokenSectionsAreNoticed(t *testing.T) {
	b := openOrSkip(t)
	section := map[string]asm.Section{}
	for _, s := range asm.Sections() {
		if s.Variant == asm.InUse() {
			section[s.Name] = s
		}
	}
	unguarded := operation{begin: func(t *testing.T, b *Backend) (func(int64), func() int64) {
		g := new(backend.GuardedCell)
		attach(t, g.Cell(), b)
		return takeAndPut(g)
	}}
	for _, tt := range []struct {
		name       string
		section    string
		op         operation
		used       **asm.Descriptor
		postCommit int64 // added to what is right
		delay      uint64
		linger     uint64
	}{
		// Cut off before the wait: what interrupts the wait goes unnoticed, and
		// the commit stores a sum that others have added to meanwhile.
		{"short", "AddFloat64", operations[1], &asm.Injected.AddFloat64, -int64(len(section["AddFloat64"].Commit)) - asm.WaitLen, injectedTurns, 0},
		// Goes on after the commit: interrupted there, it commits again.
		{"long", "Add", operations[0], &asm.Injected.Add, asm.WaitLen, 0, injectedTurns},
		{"guarded, long", "AddIfZero", operations[2], &asm.Injected.AddIfZero, asm.WaitLen, 0, injectedTurns},
		{"step, long", "Step", operations[3], &asm.Injected.Step, asm.WaitLen, 0, injectedTurns},
		{"leave, long", "Leave", operations[3], &asm.Injected.Leave, asm.WaitLen, 0, injectedTurns},
		{"take, short", "Take", unguarded, &asm.Injected.Take, -int64(len(section["Take"].Commit)) - asm.WaitLen, injectedTurns, 0},
		{"take, long", "Take", operations[4], &asm.Injected.Take, asm.WaitLen, 0, injectedTurns},
		// To commit these two once more does no harm.
		{"next, short", "NextInBlock", operations[5], &asm.Injected.NextInBlock, -int64(len(section["NextInBlock"].Commit)) - asm.WaitLen, injectedTurns, 0},
		{"max, short", "Max", operations[6], &asm.Injected.Max, -int64(len(section["Max"].Commit)) - asm.WaitLen, injectedTurns, 0},
		{"observe, short", "Observe", operation{begin: observe}, &asm.InjectedRow.Observe, -int64(len(section["Observe"].Commit)) - asm.WaitLen, injectedTurns, 0},
		{"observe, long", "Observe", operation{begin: observe}, &asm.InjectedRow.Observe, asm.WaitLen, 0, injectedTurns},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken := staticDescriptor(t)
			right := section[tt.section]
			*broken = *right.Descriptor
			broken.PostCommitOffset += uint64(tt.postCommit)
			if err := auditSection(asm.Section{Name: right.Name, Entry: right.Entry, Descriptor: broken, Commit: right.Commit, After: right.After}); err == nil {
				t.Error("the audit passes it")
			}
			wait(t, tt.delay, tt.linger)
			*tt.used = broken
			defer func() { *tt.used = right.Descriptor }()
			add, sum := tt.op.begin(t, b)
			// A maximum that is forgotten on one of many CPUs is seldom missed.
			for try, end := 1, time.Now().Add(2*time.Minute); try <= 20 || time.Now().Before(end); try++ {
				if d := backendtest.Stress(t, brokenAdds, add, sum); d != 0 {
					t.Logf("noticed in run %d: off by %d", try, d)
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
