package feature

import "strings"

// Fields is a set of the fields of an rseq area that a kernel keeps.
type Fields uint32

const (
	// FieldCPUID is cpu_id_start, cpu_id, rseq_cs and flags: the original area.
	FieldCPUID Fields = 1 << iota
	// FieldNodeID is node_id, the NUMA node of the CPU (Linux 6.3).
	FieldNodeID
	// FieldMMCID is mm_cid, a number below the count of this process's running
	// threads, unique among them at any moment (Linux 6.3).
	FieldMMCID
	// FieldSlice is slice_ctrl, the time slice extension (Linux 7.0).
	FieldSlice
)

// fieldEnds lists, per field, the size from which on it is usable, which is
// the offset of its last byte plus one in include/uapi/linux/rseq.h:
//
//	 0 cpu_id_start   4 cpu_id   8 rseq_cs   16 flags | 20
//	20 node_id                                        | 24
//	24 mm_cid                                         | 28
//	28 slice_ctrl    32 __reserved                    | 33
//
// The exception is slice_ctrl, which ends at 32. The kernel reserves one byte
// more so that 32 keeps one meaning, the original area ("rseq: slice ext: Ensure
// rseq feature size differs from original rseq size"), and since 7.0.10 keeps no
// field past mm_cid in an area registered with that length.
var fieldEnds = [...]struct {
	field Fields
	name  string
	end   uint32
}{
	{FieldCPUID, "cpu_id", 20},
	{FieldNodeID, "node_id", 24},
	{FieldMMCID, "mm_cid", 28},
	{FieldSlice, "slice_ctrl", 33},
}

// FieldsFor returns the fields that an area of size usable bytes contains. The
// size is [Auxv.FeatureSize], bounded by the length the area was registered
// with, or [Libc.UsableSize].
func FieldsFor(size uint32) Fields {
	var f Fields
	for _, e := range fieldEnds {
		if size >= e.end {
			f |= e.field
		}
	}
	return f
}

// Has reports whether all of want are in f.
func (f Fields) Has(want Fields) bool { return f&want == want }

// String lists the fields by the kernel's names, as "cpu_id node_id mm_cid".
func (f Fields) String() string {
	var names []string
	for _, e := range fieldEnds {
		if f.Has(e.field) {
			names = append(names, e.name)
		}
	}
	return strings.Join(names, " ")
}
