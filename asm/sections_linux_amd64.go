//go:build linux && amd64 && gc && !purego

package asm

import "unsafe"

// Signature stands before every abort handler; it is what librseq and glibc
// use on x86, so that one process needs only one.
const Signature = 0x53053053

// HasHints says whether this build has leaves that ask the processor where they
// are: by RDPID, which the processor must have, and the kernel keep current.
const HasHints = true

// WaitLen is the length in bytes of an injected wait.
const WaitLen = 0x11

// Hint returns the number of the CPU that the caller ran on a moment ago, by
// RDPID: an illegal instruction on processors without it.
func Hint() uint32

// threadHint returns the hint of AloneWords that leaves look for.
func threadHint() uint32

func hinting() *leafTable

// JumpTarget returns where the jump at an address goes to, or 0 if there is none.
func JumpTarget(ip uintptr) uintptr {
	code := *(**[5]byte)(unsafe.Pointer(&ip))
	if code[0] != 0xe9 { // JMP rel32
		return 0
	}
	distance := int32(code[1]) | int32(code[2])<<8 | int32(code[3])<<16 | int32(code[4])<<24
	return ip + 5 + uintptr(distance)
}

const goarch = "amd64"
