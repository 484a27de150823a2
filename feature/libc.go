package feature

// Libc describes the rseq area that the C library registers for each of its
// threads: it starts Offset bytes from the thread pointer.
type Libc struct {
	// Object is the path of the loaded object that defines the symbols.
	Object string `json:"object"`
	// Static is true if that object is the executable itself.
	Static bool `json:"static"`
	// Offset is __rseq_offset.
	Offset int64 `json:"offset"`
	// Size is __rseq_size; 0 means that libc registered nothing.
	Size uint32 `json:"size"`
	// Flags is __rseq_flags, the flags libc registered with.
	Flags uint32 `json:"flags"`
}

// ErrNoLibcArea is the conclusive no of [LibcRseq]: no loaded object defines
// __rseq_offset. There is no C library, or it is musl, or glibc before 2.35
// (some distributions added the symbols to 2.34).
var ErrNoLibcArea error = no("libc's rseq area", errNoSymbol)

// UsableSize is the number of leading bytes of libc's area that hold live
// fields, 0 if libc registered nothing. Pass it to [FieldsFor].
//
// glibc's __rseq_size is not always that number. glibc 2.35 to 2.39 store the
// length of the area, 32; 2.40, and updates to those releases, say 20, the
// fields of the original area. Both stand for an area of the original 32 bytes,
// whatever the kernel keeps in it: as much as it knows. Any other value is the
// kernel's own feature size (glibc 2.41) and what it says.
func (l Libc) UsableSize(a Auxv) uint32 {
	switch l.Size {
	case 0:
		return 0
	case origFeatureSize, origAreaSize:
		return min(origAreaSize, max(origFeatureSize, a.FeatureSize))
	}
	return l.Size
}
