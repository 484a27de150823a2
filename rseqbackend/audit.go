package rseqbackend

import (
	"fmt"
	"unsafe"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
)

// audit checks what the kernel will rely on, for every section of the build. A
// section that ends too early loses updates and one that ends too late doubles
// them, rarely enough that no stress test is sure to see it; so the bytes that
// end at post_commit must be the commit instruction. It fails where a linker
// or a build mode has moved instructions (-buildmode=plugin does).
func audit(sections []asm.Section) error {
	if len(sections) == 0 {
		return fmt.Errorf("percpu/rseqbackend: audit: no sections: %w", backend.ErrNotSupported)
	}
	for _, s := range sections {
		if err := auditSection(s); err != nil {
			return fmt.Errorf("percpu/rseqbackend: audit: section %s, %v: %w: %w", s.Name, s.Variant, err, backend.ErrNotSupported)
		}
	}
	return nil
}

func auditSection(s asm.Section) error {
	d := s.Descriptor
	postCommit := d.StartIP + d.PostCommitOffset
	switch {
	case uintptr(unsafe.Pointer(d))%unsafe.Sizeof(*d) != 0:
		return fmt.Errorf("descriptor at %p is not aligned to %d", d, unsafe.Sizeof(*d))
	case d.Version != 0 || d.Flags != 0:
		return fmt.Errorf("version %d, flags %d, want 0 and 0", d.Version, d.Flags)
	case d.StartIP != uint64(s.Entry):
		return fmt.Errorf("starts at %#x, but its function at %#x", d.StartIP, s.Entry)
	case d.PostCommitOffset < uint64(len(s.Commit)) || d.PostCommitOffset > 512:
		return fmt.Errorf("%d bytes long", d.PostCommitOffset)
	case d.AbortIP >= d.StartIP && d.AbortIP < postCommit:
		return fmt.Errorf("abort handler inside the section")
	}
	if got := *(*uint32)(outside(uintptr(d.AbortIP - 4))); got != asm.Signature {
		return fmt.Errorf("signature %#x before the abort handler, want %#x", got, uint32(asm.Signature))
	}
	if got := textString(postCommit-uint64(len(s.Commit)), len(s.Commit)); got != s.Commit {
		return fmt.Errorf("% x ends at post_commit (offset %#x), want the commit % x", got, d.PostCommitOffset, s.Commit)
	}
	if got := textString(postCommit, len(s.After)); got != s.After {
		return fmt.Errorf("% x follows the commit, want the return % x", got, s.After)
	}
	if s.Restarts && !asm.Injecting { // which counts first
		if got := asm.JumpTarget(uintptr(d.AbortIP)); got != s.Entry {
			return fmt.Errorf("the abort handler jumps to %#x, want the entry %#x", got, s.Entry)
		}
	}
	return nil
}

func textString(ip uint64, n int) string {
	return string(unsafe.Slice((*byte)(outside(uintptr(ip))), n))
}

// outside makes a pointer of an address that is not in Go's memory. The detour
// through a variable's address says so to the compiler's pointer checks.
func outside(addr uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&addr))
}
