//go:build linux && arm64 && !purego

package asm

// Signature stands before every abort handler; it is what librseq and glibc
// use on arm64, so that one process needs only one.
const Signature = 0xd428bc00

// HasHints says whether this build can reach HintWord cells. There is no
// register that tells user space its CPU's number.
const HasHints = false

// WaitLen is the length in bytes of an injected wait.
const WaitLen = 0x14

// Hint returns 0.
func Hint() uint32 { return 0 }

// Sections lists every critical section of this build.
func Sections() []Section {
	ret := "\xc0\x03\x5f\xd6"       // RET
	retTrue := "\xe0\x03\x40\xb2" + // MOVD $1, R0
		"\xe0\x83\x00\x39" + ret // MOVB R0, 32(RSP)
	retFalse := "\xff\x63\x00\x39" + ret // MOVB ZR, 24(RSP)
	if Injecting {
		ret, retTrue = "", "" // ADRP, whose encoding depends on its address
	}
	d := descriptors()
	return append([]Section{
		{"Add", d[0], "\x05\x00\x00\xf9", ret},                 // MOVD R5, (R0)
		{"AddFloat64", d[1], "\x00\x00\x00\xfd", ret},          // FMOVD F0, (R0)
		{"CompareAndStore", d[2], "\x05\xfc\x9f\xc8", retTrue}, // STLR R5, (R0)
		{"Spin", d[3], "\x05\x00\x00\xb9", retFalse},           // MOVW R5, (R0)
	}, append(guardedSections(ret), stackSections()...)...)
}
