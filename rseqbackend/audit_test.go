package rseqbackend

import (
	"errors"
	"testing"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
)

func TestAudit(t *testing.T) {
	if !asm.Supported {
		if err := audit(asm.Sections()); !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("no sections, but the audit says %v", err)
		}
		t.Skip("this build has no critical sections")
	}
	if err := audit(asm.Sections()); err != nil {
		t.Error(err)
	}
}

// TestAuditCatches spoils a copy of every descriptor in every way.
func TestAuditCatches(t *testing.T) {
	spoil := map[string]func(d *asm.Descriptor){
		"version":            func(d *asm.Descriptor) { d.Version = 1 },
		"flags":              func(d *asm.Descriptor) { d.Flags = 4 },
		"one byte short":     func(d *asm.Descriptor) { d.PostCommitOffset-- },
		"one byte long":      func(d *asm.Descriptor) { d.PostCommitOffset++ },
		"commit left out":    func(d *asm.Descriptor) { d.PostCommitOffset -= 4 },
		"return included":    func(d *asm.Descriptor) { d.PostCommitOffset += 3 },
		"empty":              func(d *asm.Descriptor) { d.PostCommitOffset = 0 },
		"huge":               func(d *asm.Descriptor) { d.PostCommitOffset = 1 << 62 },
		"starts late":        func(d *asm.Descriptor) { d.StartIP++ },
		"abort off by one":   func(d *asm.Descriptor) { d.AbortIP++ },
		"abort at the entry": func(d *asm.Descriptor) { d.AbortIP = d.StartIP },
		"abort at another":   func(d *asm.Descriptor) { d.AbortIP = anotherAbort(d) },
		"abort inside":       func(d *asm.Descriptor) { d.AbortIP = d.StartIP + 8 },
	}
	for _, s := range asm.Sections() {
		for name, f := range spoil {
			if name == "abort at another" && (asm.Injecting || !s.Restarts) {
				continue // the jump is not where one could look
			}
			d := *s.Descriptor
			f(&d)
			bad := s
			bad.Descriptor = &d
			if err := auditSection(bad); err == nil {
				t.Errorf("%s: %s: passed", s.Name, name)
			}
		}
	}
}

// anotherAbort returns the abort handler of another section.
func anotherAbort(d *asm.Descriptor) uint64 {
	for _, s := range asm.Sections() {
		if s.Descriptor.StartIP != d.StartIP {
			return s.Descriptor.AbortIP
		}
	}
	return 0
}
