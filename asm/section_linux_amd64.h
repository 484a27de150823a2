// What the critical sections for linux/amd64 have in common, and where their
// variants differ. A variant is a file that defines OWN or LIBC, and CPUID or
// MMCID, and then includes the operations; or HINTS alone, for leaves without
// sections. See spec.go.
//
// Registers: the leaf's arguments are in AX, BX, CX, DI, SI, in this order, and
// a float64 is in X0; none of them changes before the commit. AT = area; R8 =
// slot 0, of *w;
// R9 = descriptor, then index, then offset, so that R8+R9 is the cell; R10 to R13 are the
// operation's own. R14 is g. R15 stays alone: in shared objects it is the
// linker's.

#include "textflag.h"
#include "go_asm.h"
#include "commits_linux_amd64.h"

// g.stackguard0 of the runtime, where every Go function's prologue looks for it.
#define g_stackguard0 16

// g.m, the runtime's structure of this thread.
#define g_m 48

// YIELD takes the slow path if the runtime wants the goroutine to yield. That
// begins with a prologue, which does.
#define YIELD CMPQ SP, g_stackguard0(R14); JLS slow

// BEGIN is how operations begin: loads first, for they take longest. The flags are
// then those of TESTQ R8, R8.
#define BEGIN_AT(word) MOVQ word, R8; ANCHOR; YIELD; TESTQ R8, R8
#define BEGIN(word) BEGIN_AT(word(AX))

// SLOW goes on in the function that a register holds as a func value.
#define SLOW(fn) MOVQ fn, DX; MOVQ (DX), R12; JMP R12

// The kernel compares the four bytes before abort_ip with the signature that
// the area was registered with. UD1 with that displacement traps when
// executed and disassembles cleanly.
#define SIGNATURE BYTE $0x0f; BYTE $0xb9; BYTE $0x3d; LONG $0x53053053
#define sigLen 7

#ifdef const_inject
// DESCRIBE is [1]'s operand, which tests can replace.
#define DESCRIBE(static, replaced) MOVQ replaced(SB), R9
// DELAY gives an interrupt somewhere to land before the commit, LINGER after it.
#define WAIT(turns) MOVQ ·Injected+turns(SB), R11; TESTQ R11, R11; JZ 3(PC); DECQ R11; JNZ -1(PC)
#define DELAY WAIT(Injection_Delay)
#define LINGER WAIT(Injection_Linger)
#define ABORTED LOCK; INCQ ·Injected+Injection_Aborts(SB)
#else
#define DESCRIBE(static, replaced) LEAQ static(SB), R9
#define DELAY
#define LINGER
#define ABORTED
#endif

// AT is the area's register. In a bound leaf, to which DX brings something, it is
// another.
#define AT DX

#ifdef OWN
// The anchor is the area's address, zero, or for a thread that was given up minus
// the address, where it counts what it does without an index.
#define ANCHOR MOVQ 0(FS), AT
#define AREA TESTQ AT, AT; JLE away
#define AT_AREA
#define GIVEN_UP JZ slow; NEGQ AT; INCQ const_OverflowsOffset(AT)
#endif
#ifdef LIBC
// The area is at a fixed distance from where FS points to, and always there. 0x64
// is the prefix FS.
#define ANCHOR MOVQ ·setup+setupVars_areaOffset(SB), AT
#define AREA
#define AT_AREA BYTE $0x64;
#define GIVEN_UP JMP slow
#endif
#ifdef HINTS
#define ANCHOR
#define BYCPU
#else
// The hint may be one that sections' leaves don't know.
#define BYCPU CMPL ·setup+setupVars_hashMask(SB), $0; JNE slow
#endif

// ENTER is [1].
#define ENTER(static, replaced) \
	AREA \
	DESCRIBE(static, replaced) \
	AT_AREA \
	MOVQ R9, Area_RseqCS(AT)

// INDEX_BELOW sets R9 to the index, which is less than bound, or goes to slow. INDEX is
// [2].
//
// ZERO makes what an mm_cid of 0 is, as it is where one thread runs, depend on a branch
// and not on a load. The processor predicts the branch, and so knows at once where the
// commit will be; before it does, some (Zen 3) let no later load begin, and leaves that
// follow each other wait for each other's index.
#ifdef CPUID
#define ZERO
#define INDEX_BELOW(bound) \
	AT_AREA \
	MOVL Area_CPUID(AT), R9 \
	CMPL R9, bound \
	JAE  slow
#else
#define ZERO ; TESTL R9, R9; JNZ 2(PC); XORL R9, R9
#define INDEX_BELOW(bound) \
	AT_AREA \
	MOVL Area_MMCID(AT), R9 \
	AT_AREA \
	CMPL Area_CPUID(AT), $0 \
	JLT  slow \
	CMPL R9, bound \
	JAE  slow
#endif
#define INDEX INDEX_BELOW(·setup+setupVars_slots(SB)) ZERO

// OFFSET makes R9 of the index the offset from slot 0, so that the cell is HERE.
#define OFFSET SHLQ $const_StrideShift, R9
#define HERE (R8)(R9*1)

// SECTION is how operations on a cell begin, up to [2]. GUARDED also looks at the
// guard, and makes R9 the offset. Both go elsewhere where sections are not for.
// GUARDED_AT begins with the cell's word, or a register that has it.
#define SECTION_AT(word, static, replaced, elsewhere) \
	BEGIN_AT(word) \
	JLE elsewhere \
	ENTER(static, replaced) \
	INDEX
#define GUARDED_AT(word, static, replaced, elsewhere) \
	SECTION_AT(word, static, replaced, elsewhere) \
	CMPQ Guarded_Guard(AX), $0 \
	JNE  elsewhere \
	OFFSET
#define SECTION(static, replaced, elsewhere) SECTION_AT(0(AX), static, replaced, elsewhere)
#define GUARDED(static, replaced, elsewhere) GUARDED_AT(0(AX), static, replaced, elsewhere)

// COMMIT is [3].
#define COMMIT(MOV, value, word) \
	DELAY \
	MOV value, word \
	LINGER

// OVERFLOW makes R9 the offset from slot 0 to this thread's overflow slot, which its
// area's page chooses; these slots stand before slot 0.
#define OVERFLOW \
	MOVL AT, R9 \
	SHLL $(const_StrideShift-const_areaPageShift), R9 \
	ANDL $((const_OverflowSlots-1)<<const_StrideShift), R9 \
	SUBQ $(const_OverflowSlots<<const_StrideShift), R9

// HINTED goes on for a word that is less than zero, in R8: to slots, or to slow, or
// behind itself if the word is an AloneWord of this thread. Which thread that is g.m
// tells, and to be mistaken would do no harm.
#define HINTED \
	BYCPU \
	TESTB $const_tagOfWords, R8 \
	JZ    slots \
	MOVQ  g_m(R14), R9 \
	SHRQ  $(const_threadShift-3), R9 \
	ANDL  $(const_hintMask<<3), R9 \
	XORL  R8, R9 \
	ANDL  $const_aloneBits, R9 \
	CMPL  R9, $const_aloneTag \
	JNE   slow

// HINT_BELOW makes R9 the hint, which is less than bound, or goes to slow. The bytes are
// RDPID R9, which is TSC_AUX, which Linux makes node<<12 | cpu.
#define HINT_BELOW(bound) \
	BYTE  $0xf3; BYTE $0x41; BYTE $0x0f; BYTE $0xc7; BYTE $0xf9 \
	ANDL  $const_hintMask, R9 \
	CMPL  R9, bound \
	JAE   slow
#define HINT HINT_BELOW(·setup+setupVars_hintSlots(SB))

// PART goes on for an index in R9, for which there is a place, to slow or back to the
// caller.
#define PART \
	MOVQ  Parts_Table(AX), R8 \
	MOVQ  (R8)(R9*8), R8 \
	TESTQ R8, R8 \
	JZ    slow \
	MOVQ  R8, AX \
	RET

// SLOTS makes R8 of a HintWord slot 0, and R9 the offset to the hint's slot.
#define SLOTS \
	NEGQ  R8 \
	HINT \
	OFFSET

// HUGE goes elsewhere if a register, the bits of a float64, is no number whose exponent
// is below hugeExponent. That is what it then holds.
#define HUGE(bits, elsewhere) \
	SHRQ $52, bits \
	ANDL $0x7ff, bits \
	CMPL bits, $const_hugeExponent \
	JAE  elsewhere

// ABORT defines an abort handler: all arguments are where they were, so it is a
// jump.
#define ABORT(name, start, arguments) \
	TEXT name(SB), NOSPLIT, $0-arguments \
	SIGNATURE \
	ABORTED \
	JMP start(SB)

// DESCRIPTOR defines a static descriptor, its fields as in type Descriptor.
#define DESCRIPTOR(name, start, commit, abort) \
	DATA name+0(SB)/8, $0 \
	DATA name+8(SB)/8, $start(SB) \
	DATA name+16(SB)/8, $commit \
	DATA name+24(SB)/8, $abort+sigLen(SB) \
	GLOBL name(SB), RODATA|NOPTR, $32

// RETURN_ADDRESS is all of a function that Go calls as assembly usually is.
#define RETURN_ADDRESS(of) LEAQ of(SB), AX; MOVQ AX, ret+0(FP); RET
