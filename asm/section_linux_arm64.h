// What the critical sections for linux/arm64 have in common, and where their
// variants differ. A variant is a file that defines OWN or LIBC, and CPUID or
// MMCID, and then includes the operations. See spec.go.
//
// Registers: the leaf's arguments are in R0 to R4, in this order, and a float64 is
// in F0; none of them changes before the commit. R5 = areaOffset; R6 = slots; R7 =
// area; R8 = slot 0, of *w, then cell; R9 = descriptor, then index; R10 to R15 are the
// operation's own, and scratch. A func value that is called is in R26. R28 is g.
// R18 is the platform's, R27 the assembler's.
//
// Order of setup: Go reads a leaf's func value, and the leaf reads *w, without
// ordering anything behind it, so what setup holds may be read as it was before.
// That needs no barrier, and no two of its words read as one, because each alone
// says slow as long as it is not set, and is never wrong after. areaOffset is zero
// until it is set once, and looked at before [1]: or [1] would write into the
// thread block of a C library. (Where areas are our own, nobody reads it.) slots
// begins at zero and only grows. What the index is, the variant knows. Who comes
// to the slow path reads the word, or what led to the backend, by a load-acquire,
// which pairs with the store of the word by who attached the cell behind Setup:
// State and Spin find setup as it is.

#include "textflag.h"
#include "go_asm.h"
#include "commits_linux_arm64.h"

// g.stackguard0 of the runtime, where every Go function's prologue looks for it,
// and g.m, its structure of this thread. RuntimeLayout checks the second.
#define g_stackguard0 16
#define g_m 48

// YIELD takes the slow path if the runtime wants the goroutine to yield. That
// begins with a prologue, which does.
#define YIELD MOVD g_stackguard0(g), R10; CMP R10, RSP; BLS slow

// BEGIN is how operations begin: loads first, for they take longest. The flags are
// then those of CMP $0, R8.
#define BEGIN_AT(word) MOVD word, R8; ANCHOR; YIELD; CMP $0, R8
#define BEGIN(word) BEGIN_AT(word(R0))

// SLOW goes on in the function that a register holds as a func value.
#define SLOW(fn) MOVD fn, R26; MOVD (R26), R9; JMP (R9)

// The kernel compares the four bytes before abort_ip with the signature that
// the area was registered with: BRK $0x45e0, which traps when executed.
#define SIGNATURE WORD $0xd428bc00
#define sigLen 4

#ifdef const_inject
// DESCRIBE is [1]'s operand, which tests can replace.
#define DESCRIBE(static, replaced) MOVD replaced(SB), R9; CBZ R9, slow
// DELAY gives an interrupt somewhere to land before the commit, LINGER after it.
#define WAIT(turns) MOVD turns(SB), R11; CBZ R11, 3(PC); SUB $1, R11; CBNZ R11, -1(PC)
#define DELAY WAIT(·Injected+Injection_Delay)
#define LINGER WAIT(·Injected+Injection_Linger)
#define ABORTED \
	MOVD  $·Injected+Injection_Aborts(SB), R9 \
	LDAXR (R9), R10 \
	ADD   $1, R10 \
	STLXR R10, (R9), R11 \
	CBNZ  R11, -3(PC)
#else
#define DESCRIBE(static, replaced) MOVD $static(SB), R9
#define DELAY
#define LINGER
#define ABORTED
#endif

// ANCHOR reads the thread pointer and setup, AREA makes the first the area's address,
// or jumps to slow, or away.
#ifdef OWN
// The anchor is the area's address, zero, or for a thread that was given up minus
// the address, where it counts what it does without an index. Or it is what clone
// handed down from another thread: so the area must be MINE, name this thread as its
// owner. Who took the area wrote that name into it on this very thread.
#define ANCHOR \
	MRS   TPIDR_EL0, R7 \
	MOVWU ·setup+setupVars_slots(SB), R6
#define MINE \
	MOVD const_OwnerOffset(R7), R9 \
	MOVD g_m(g), R10 \
	CMP  R9, R10 \
	BNE  slow
#define AREA \
	CMP $0, R7 \
	BLE away \
	MINE
#define GIVEN_UP \
	CBZ R7, slow \
	NEG R7, R7 \
	MINE
#endif
#ifdef LIBC
// The area is at a fixed distance from the thread pointer, and always there. The
// load takes hintSlots with slots, into the upper half of R6.
#define ANCHOR \
	MRS  TPIDR_EL0, R7 \
	MOVD $·setup+setupVars_areaOffset(SB), R6 \
	LDP  (R6), (R5, R6)
#define AREA \
	CBZ R5, slow \
	ADD R5, R7
#endif

// ENTER is [1].
#define ENTER(static, replaced) \
	AREA \
	DESCRIBE(static, replaced) \
	MOVD R9, Area_RseqCS(R7)

// INDEX sets R9 to the index [2].
#ifdef CPUID
#define INDEX \
	MOVWU Area_CPUID(R7), R9 \
	CMPW  R6, R9 \
	BHS   slow
#else
#define INDEX \
	MOVWU Area_MMCID(R7), R9 \
	MOVW  Area_CPUID(R7), R10 \
	TBNZ  $31, R10, slow \
	CMPW  R6, R9 \
	BHS   slow
#endif

// CELL makes R8 of slot 0 the cell in the index's slot.
#define CELL ADD R9<<const_StrideShift, R8

// SECTION is how operations on a cell begin, up to [2]. GUARDED also looks at the
// guard, and makes R8 the cell. Both go elsewhere where sections are not for.
// GUARDED_AT begins with the cell's word, or a register that has it.
#define SECTION_AT(word, static, replaced, elsewhere) \
	BEGIN_AT(word) \
	BLE elsewhere \
	ENTER(static, replaced) \
	INDEX
#define GUARDED_AT(word, static, replaced, elsewhere) \
	SECTION_AT(word, static, replaced, elsewhere) \
	ADD  $Guarded_Guard, R0, R10 \
	LDAR (R10), R10 \
	CBNZ R10, elsewhere \
	CELL
#define SECTION(static, replaced, elsewhere) SECTION_AT(0(R0), static, replaced, elsewhere)
#define GUARDED(static, replaced, elsewhere) GUARDED_AT(0(R0), static, replaced, elsewhere)

// COMMIT is [3].
#define COMMIT(MOV, value, word) \
	DELAY \
	MOV value, word \
	LINGER

// OVERFLOW counts an operation in the area of a thread that was given up, which is
// for this thread alone to write, and makes R8 of slot 0 the cell in this thread's
// overflow slot, which its area's page chooses; these slots stand before slot 0.
#define OVERFLOW \
	MOVD const_OverflowsOffset(R7), R9 \
	ADD  $1, R9 \
	MOVD R9, const_OverflowsOffset(R7) \
	LSR  $const_areaPageShift, R7, R9 \
	AND  $(const_OverflowSlots-1), R9 \
	CELL \
	SUB  $(const_OverflowSlots<<const_StrideShift), R8

// HUGE goes to slow if a register, the bits of a float64, is no number whose exponent is
// below hugeExponent. That is what another then holds.
#define HUGE(bits, exponent) \
	UBFX $52, bits, $11, exponent \
	CMP  $const_hugeExponent, exponent \
	BHS  slow

// ABORT defines an abort handler: all arguments are where they were, so it is a
// jump.
#define ABORT(name, start, arguments) \
	TEXT name(SB), NOSPLIT|NOFRAME, $0-arguments \
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
#define RETURN_ADDRESS(of) MOVD $of(SB), R0; MOVD R0, ret+0(FP); RET
