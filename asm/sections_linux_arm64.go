//go:build linux && arm64 && gc && !purego

package asm

import "unsafe"

// Signature stands before every abort handler; it is what librseq and glibc
// use on arm64, so that one process needs only one.
const Signature = 0xd428bc00

// HasHints says whether this build has leaves that ask the processor where they
// are. There is no register that tells user space its CPU's number.
const HasHints = false

// WaitLen is the length in bytes of an injected wait.
const WaitLen = 0x14

// Hint returns 0.
func Hint() uint32 { return 0 }

func threadHint() uint32 { return 0 }

func hinting() *leafTable { return new(leafTable) }

// JumpTarget returns where the jump at an address goes to, or 0 if there is none.
func JumpTarget(ip uintptr) uintptr {
	code := **(**uint32)(unsafe.Pointer(&ip))
	if code>>26 != 5 { // B imm26
		return 0
	}
	return ip + uintptr(int32(code<<6)>>6)*4
}

const goarch = "arm64"
