//go:build linux && arm64 && !purego

package asm

// stackSections lists the sections of stacks for Sections.
func stackSections() []Section {
	ret := "\xc0\x03\x5f\xd6"           // RET
	retItem := "\xea\x13\x00\xf9" + ret // MOVD R10, 32(RSP); RET
	if Injecting {
		ret, retItem = "", "" // ADRP, whose encoding depends on its address
	}
	const (
		store   = "\x05\x00\x00\xf9" // MOVD R5, (R0)
		release = "\x05\xfc\x9f\xc8" // STLR R5, (R0)
	)
	d := stackDescriptors()
	return []Section{
		{"Push", d[0], release, ret},
		{"Pop", d[1], store, retItem},
		{"PushBatch", d[2], release, retItem},
		{"PopBatch", d[3], store, retItem},
	}
}
