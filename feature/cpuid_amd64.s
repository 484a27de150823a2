//go:build linux && gc && !purego

#include "textflag.h"

// func askCPUID(leaf, subleaf uint32) (eax, ecx uint32)
//
//	eax, _, ecx, _ = CPUID(leaf, subleaf)
TEXT ·askCPUID(SB), NOSPLIT, $0-16
	MOVL leaf+0(FP), AX
	MOVL subleaf+4(FP), CX
	CPUID
	MOVL AX, eax+8(FP)
	MOVL CX, ecx+12(FP)
	RET
