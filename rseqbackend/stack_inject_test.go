//go:build percpuinject && linux && (amd64 || arm64) && gc && !purego

package rseqbackend

import (
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// TestStackAborts: nothing is lost or doubled though sections were aborted,
// which is asserted.
func TestStackAborts(t *testing.T) {
	b := openOrSkip(t)
	wait(t, injectedTurns, 0)
	before := b.Stats().Aborts
	if n := stressShelf(t, b, min(backendtest.Adds(t)/20, 5_000_000)); n != 0 {
		t.Errorf("%d items were lost or doubled", n)
	}
	aborts := b.Stats().Aborts - before
	t.Logf("%d aborts", aborts)
	if aborts == 0 {
		t.Error("no section was aborted: this test has tested nothing")
	}
}

// TestBrokenStackSectionsAreNoticed is TestBrokenSectionsAreNoticed for each
// section of stacks, cut off before the wait and going on behind the commit.
func TestBrokenStackSectionsAreNoticed(t *testing.T) {
	b := openOrSkip(t)
	used := map[string]**asm.Descriptor{
		"Push":      &asm.InjectedStack.Push,
		"Pop":       &asm.InjectedStack.Pop,
		"PushBatch": &asm.InjectedStack.PushBatch,
		"PopBatch":  &asm.InjectedStack.PopBatch,
	}
	for _, section := range asm.Sections() {
		p := used[section.Name]
		if p == nil || section.Variant != asm.InUse() {
			continue
		}
		for _, tt := range []struct {
			name          string
			postCommit    int64
			delay, linger uint64
		}{
			{"short", -int64(len(section.Commit)) - asm.WaitLen, injectedTurns, 0},
			{"long", asm.WaitLen, 0, injectedTurns},
		} {
			t.Run(section.Name+"/"+tt.name, func(t *testing.T) {
				broken := staticDescriptor(t)
				*broken = *section.Descriptor
				broken.PostCommitOffset += uint64(tt.postCommit)
				if err := auditSection(asm.Section{Name: section.Name, Entry: section.Entry, Descriptor: broken, Commit: section.Commit, After: section.After}); err == nil {
					t.Error("the audit passes it")
				}
				wait(t, tt.delay, tt.linger)
				*p = broken
				defer func() { *p = section.Descriptor }()
				for try := range 300 {
					if n := stressShelf(t, b, 20_000); n != 0 {
						t.Logf("noticed in run %d: %d items", try+1, n)
						return
					}
				}
				t.Error("not noticed")
			})
		}
	}
}
