package asm

// encoding is how a section ends: the instruction that commits, which must end at
// post_commit, and what follows it.
type encoding struct{ commit, after string }

// encodings are those of the leaves, and of Spin, for every architecture: the
// offsets of all architectures are written on any, see TestCommits.
func encodings(goarch string, injecting bool) (leaves [sectionCount]encoding, spin encoding) {
	var linger string // what an injected wait begins with
	switch goarch {
	case "amd64":
		const (
			store = "\x4f\x89\x14\x08" // MOVQ R10, (R8)(R9*1)
			top   = "\x4d\x89\x10"     // MOVQ R10, (R8)
			ret   = "\xc3"             // RET
		)
		leaves = [sectionCount]encoding{
			leafAdd:         {store, ret},
			leafAddFloat64:  {"\xf2\x43\x0f\x11\x0c\x08", ret},     // MOVSD X1, (R8)(R9*1)
			leafStep:        {store, "\xb8\x01\x00\x00\x00" + ret}, // MOVL $1, AX
			leafLeave:       {store, ret},
			leafAddIfZero:   {store, "\xb8\x01\x00\x00\x00" + ret}, // MOVL $1, AX
			leafTake:        {store, "\xb8\x01\x00\x00\x00" + ret}, // MOVL $1, AX
			leafNextInBlock: {store, "\x4c\x89\xe0" + ret},         // MOVQ R12, AX
			leafMax:         {store, ret},
			leafPush:        {top, ret},
			leafPop:         {top, "\x4c\x89\xe0" + ret},   // MOVQ R12, AX
			leafPushBatch:   {top, "\x48\x89\xc8" + ret},   // MOVQ CX, AX
			leafPopBatch:    {top, "\x48\x89\xf8" + ret},   // MOVQ DI, AX
			leafObserve:     {"\x43\x0f\x11\x0c\x10", ret}, // MOVUPS X1, (R8)(R10*1)
		}
		spin = encoding{"\xc7\x03\x02\x00\x00\x00", "\xc6\x44\x24\x18\x00" + ret} // MOVL $SpinFinished, (BX); MOVB $0, 24(SP)
		linger = "\x4c\x8b\x1d"                                                   // MOVQ Injected.Linger, R11
	case "arm64":
		// What an injected wait begins with, ADRP, depends on its address. The commit
		// alone is in one place, too.
		const (
			store   = "\x0a\x01\x00\xf9" // MOVD R10, (R8)
			release = "\x0a\xfd\x9f\xc8" // STLR R10, (R8)
			ret     = "\xc0\x03\x5f\xd6" // RET
		)
		leaves = [sectionCount]encoding{
			leafAdd:         {store, ret},
			leafAddFloat64:  {"\x01\x01\x00\xfd", ret},           // FMOVD F1, (R8)
			leafStep:        {release, "\xe0\x03\x40\xb2" + ret}, // MOVD $1, R0
			leafLeave:       {release, ret},
			leafAddIfZero:   {release, "\xe0\x03\x40\xb2" + ret}, // MOVD $1, R0
			leafTake:        {release, "\xe0\x03\x40\xb2" + ret}, // MOVD $1, R0
			leafNextInBlock: {store, "\xe0\x03\x0c\xaa" + ret},   // MOVD R12, R0
			leafMax:         {store, ret},
			leafPush:        {release, ret},
			leafPop:         {store, "\xe0\x03\x0c\xaa" + ret},   // MOVD R12, R0
			leafPushBatch:   {release, "\xe0\x03\x02\xaa" + ret}, // MOVD R2, R0
			leafPopBatch:    {store, "\xe0\x03\x0f\xaa" + ret},   // MOVD R15, R0
			leafObserve:     {release, ret},
		}
		spin = encoding{"\x0a\x01\x00\xb9", "\xff\x63\x00\x39" + ret} // MOVW R10, (R8); MOVB ZR, 24(RSP)
	}
	if injecting {
		for i := range leaves {
			leaves[i].after = linger
		}
	}
	return leaves, spin
}
