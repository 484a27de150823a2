// What the critical sections for linux/amd64 have in common.

#include "textflag.h"
#include "go_asm.h"

// The kernel compares the four bytes before abort_ip with the signature that
// the area was registered with. UD1 with that displacement traps when
// executed and disassembles cleanly.
#define SIGNATURE BYTE $0x0f; BYTE $0xb9; BYTE $0x3d; LONG $0x53053053
#define sigLen 7

#ifdef const_inject
// ENTER is [1], with a descriptor that tests can replace.
#define ENTER(static, replaced) MOVQ replaced(SB), CX; MOVQ CX, Area_RseqCS(AX)
// DELAY gives an interrupt somewhere to land before the commit, LINGER after it.
#define WAIT(turns) MOVQ ·Injected+turns(SB), R11; TESTQ R11, R11; JZ 3(PC); DECQ R11; JNZ -1(PC)
#define DELAY WAIT(Injection_Delay)
#define LINGER WAIT(Injection_Linger)
#define ABORTED LOCK; INCQ ·Injected+Injection_Aborts(SB)
#else
#define ENTER(static, replaced) LEAQ static(SB), CX; MOVQ CX, Area_RseqCS(AX)
#define DELAY
#define LINGER
#define ABORTED
#endif

// AREA sets AX to the thread's area and leaves ZF for "none".
#define AREA MOVQ 0(FS), AX; ADDQ ·setup+setupVars_areaOffset(SB), AX

// INDEX sets CX to the index [2] and leaves the flags of its comparison with
// the bound: unsigned above or equal means slow.
#define INDEX MOVQ ·setup+setupVars_indexOffset(SB), CX; MOVL (AX)(CX*1), CX; CMPL CX, ·setup+setupVars_slots(SB)

// SECTION is the beginning that all operations share, from BX = *w to BX = cell.
// It uses AX and CX and the labels other and slow.
#define SECTION(static, replaced) \
	TESTQ BX, BX \
	JLE   other \
	AREA \
	JZ    slow \
	ENTER(static, replaced) \
	INDEX \
	JAE   slow \
	CMPL  Area_CPUID(AX), $0 \
	JLT   slow \
	SHLQ  $const_StrideShift, CX \
	ADDQ  CX, BX

// DESCRIPTOR defines a static descriptor, its fields as in type Descriptor.
#define DESCRIPTOR(name, start, commit, abort) \
	DATA name+0(SB)/8, $0 \
	DATA name+8(SB)/8, $start(SB) \
	DATA name+16(SB)/8, $commit \
	DATA name+24(SB)/8, $abort+sigLen(SB) \
	GLOBL name(SB), RODATA|NOPTR, $32
