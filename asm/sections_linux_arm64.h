// What the critical sections for linux/arm64 have in common.
//
// Registers: R0 = *w, then cell; R1 = area; R2 = &setup; R3 = areaOffset, then
// descriptor, then index; R4 = indexOffset; R5 and R6 scratch, then the
// operation's own.

#include "textflag.h"
#include "go_asm.h"

// g.m, the runtime's structure of this thread. RuntimeLayout checks it.
#define g_m 48

// The kernel compares the four bytes before abort_ip with the signature that
// the area was registered with: BRK $0x45e0, which traps when executed.
#define SIGNATURE WORD $0xd428bc00
#define sigLen 4

#ifdef const_inject
// ENTER is [1], with a descriptor that tests can replace.
#define ENTER(static, replaced) MOVD replaced(SB), R3; MOVD R3, Area_RseqCS(R1)
// DELAY gives an interrupt somewhere to land before the commit, LINGER after it.
#define WAIT(turns) MOVD ·Injected+turns(SB), R7; CBZ R7, 3(PC); SUB $1, R7; CBNZ R7, -1(PC)
#define DELAY WAIT(Injection_Delay)
#define LINGER WAIT(Injection_Linger)
#define ABORTED \
	MOVD  $·Injected+Injection_Aborts(SB), R0 \
	LDAXR (R0), R1 \
	ADD   $1, R1 \
	STLXR R1, (R0), R2 \
	CBNZ  R2, -3(PC)
#else
#define ENTER(static, replaced) MOVD $static(SB), R3; MOVD R3, Area_RseqCS(R1)
#define DELAY
#define LINGER
#define ABORTED
#endif

// AREA sets R1 to the thread's area, or jumps to slow. R3 = areaOffset is zero
// where areas are our own: the anchor may then be another thread's, inherited
// by clone, so the area must name this thread as its owner.
#define AREA \
	MRS  TPIDR_EL0, R1 \
	MOVD $·setup(SB), R2 \
	LDP  setupVars_areaOffset(R2), (R3, R4) \
	ADDS R3, R1, R1 \
	BEQ  slow \
	CBNZ R3, 5(PC) \
	MOVD const_OwnerOffset(R1), R5 \
	MOVD g_m(g), R6 \
	CMP  R5, R6 \
	BNE  slow

// INDEX sets R3 to the index [2] and leaves the flags of its comparison with
// the bound: HS means slow.
#define INDEX \
	MOVWU (R1)(R4), R3 \
	MOVWU setupVars_slots(R2), R5 \
	CMPW  R5, R3

// SECTION is the beginning that all operations share, from R0 = *w to R0 = cell.
// It uses R1 to R6 and the labels other and slow.
#define SECTION(static, replaced) \
	CMP   $0, R0 \
	BLE   other \
	AREA \
	ENTER(static, replaced) \
	INDEX \
	BHS   slow \
	MOVW  Area_CPUID(R1), R5 \
	TBNZ  $31, R5, slow \
	ADD   R3<<const_StrideShift, R0

// DESCRIPTOR defines a static descriptor, its fields as in type Descriptor.
#define DESCRIPTOR(name, start, commit, abort) \
	DATA name+0(SB)/8, $0 \
	DATA name+8(SB)/8, $start(SB) \
	DATA name+16(SB)/8, $commit \
	DATA name+24(SB)/8, $abort+sigLen(SB) \
	GLOBL name(SB), RODATA|NOPTR, $32
