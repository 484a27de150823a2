//go:build linux && amd64 && !purego

package asm

// Signature stands before every abort handler; it is what librseq and glibc
// use on x86, so that one process needs only one.
const Signature = 0x53053053

// HasHints says whether this build can reach HintWord cells. The processor
// must have RDPID, and the kernel must keep it current.
const HasHints = true

// WaitLen is the length in bytes of an injected wait.
const WaitLen = 0x11

// Hint returns the number of the CPU that the caller ran on a moment ago, by
// RDPID: an illegal instruction on processors without it.
func Hint() uint32

// Sections lists every critical section of this build.
func Sections() []Section {
	ret := "\xc3"                         // RET
	retTrue := "\xc6\x44\x24\x20\x01\xc3" // MOVB $1, 32(SP); RET
	if Injecting {
		ret = "\x4c\x8b\x1d" // MOVQ Injected.Linger, R11
		retTrue = ret
	}
	retFalse := "\xc6\x44\x24\x18\x00\xc3" // MOVB $0, 24(SP); RET
	d := descriptors()
	return append([]Section{
		{"Add", d[0], "\x48\x89\x13", ret},                   // MOVQ DX, (BX)
		{"AddFloat64", d[1], "\xf2\x0f\x11\x03", ret},        // MOVSD X0, (BX)
		{"CompareAndStore", d[2], "\x48\x89\x13", retTrue},   // MOVQ DX, (BX)
		{"Spin", d[3], "\xc7\x03\x02\x00\x00\x00", retFalse}, // MOVL $SpinFinished, (BX)
	}, append(guardedSections(ret), stackSections()...)...)
}
