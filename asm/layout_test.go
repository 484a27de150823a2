package asm

import (
	"testing"
	"unsafe"
)

// TestLayout holds the structures against include/uapi/linux/rseq.h.
func TestLayout(t *testing.T) {
	var a Area
	var d Descriptor
	for _, tt := range []struct {
		field     string
		got, want uintptr
	}{
		{"rseq.cpu_id_start", unsafe.Offsetof(a.CPUIDStart), 0},
		{"rseq.cpu_id", unsafe.Offsetof(a.CPUID), 4},
		{"rseq.rseq_cs", unsafe.Offsetof(a.RseqCS), 8},
		{"rseq.flags", unsafe.Offsetof(a.Flags), 16},
		{"rseq.node_id", unsafe.Offsetof(a.NodeID), 20},
		{"rseq.mm_cid", unsafe.Offsetof(a.MMCID), 24},
		{"sizeof(rseq)", unsafe.Sizeof(a), OrigAreaSize},
		{"rseq_cs.version", unsafe.Offsetof(d.Version), 0},
		{"rseq_cs.flags", unsafe.Offsetof(d.Flags), 4},
		{"rseq_cs.start_ip", unsafe.Offsetof(d.StartIP), 8},
		{"rseq_cs.post_commit_offset", unsafe.Offsetof(d.PostCommitOffset), 16},
		{"rseq_cs.abort_ip", unsafe.Offsetof(d.AbortIP), 24},
		{"sizeof(rseq_cs)", unsafe.Sizeof(d), 32},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %d, want %d", tt.field, tt.got, tt.want)
		}
	}
}
