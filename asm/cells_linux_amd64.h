// The operations on cells for linux/amd64. Read spec.go first: labels, variables
// and the numbers in brackets are its. Each operation is written once, and
// included by each variant; see section_linux_amd64.h.
//
// Every section begins at its function's entry, so its start_ip is the
// function, and leaves its arguments in their registers until it has committed,
// so its abort handler is a jump to the entry. NOSPLIT and a zero frame: no
// prologue, no stack growth, and the Go scheduler never preempts assembly. Go
// calls a leaf in registers, through a variable of function type: the text is
// local to its file, and has no declaration by which it could be called
// otherwise. It is no safepoint, so what its registers point to stays alive.
//
// Order: the kernel looks at rseq_cs from this very CPU, in an interrupt taken
// between two of these instructions, and so sees the thread's own stores in
// program order: [1] needs no barrier. A reader on another CPU sees the commit
// after all that this thread wrote before it, as every store on amd64 is a
// release. Loads stay in order, so what a reader of an RWMutex loads after the
// section can't be loaded before the guard is.

// add(AX = w, BX = delta, CX = slow)
//
//	R8 = *AX; if R8 <= 0 goto other
//	[1] [2] R9 <<= 16
//	R10 = R8[R9] + BX
//	[3] R8[R9] = R10
TEXT ·add<>(SB), NOSPLIT, $0-24
#ifdef HINTS
	BEGIN(0)
	JGE   slow
#else
	SECTION(·addSection<>, ·Injected+Injection_Add, other)
	OFFSET
	MOVQ  HERE, R10
	ADDQ  BX, R10
	COMMIT(MOVQ, R10, HERE)
	RET

away:
	GIVEN_UP
	OVERFLOW
	LOCK
	ADDQ BX, HERE
	RET

other:
	JZ   slow
#endif
	HINTED
	LOCK
	ADDQ BX, Cell_Local(AX)
	RET

slots:
	SLOTS
	LOCK
	ADDQ BX, HERE
	RET

slow:
	SLOW(CX)

// addFloat64(AX = w, X0 = delta, BX = slow)
//
//	R8 = *AX; if R8 <= 0 goto other
//	[1] [2] R9 <<= 16
//	X1 = R8[R9] + X0
//	if X1 is huge goto slow
//	[3] R8[R9] = X1
//	swap: the same by compare-and-swap; AX is in R12 meanwhile
TEXT ·addFloat64<>(SB), NOSPLIT, $0-24
#ifdef HINTS
	BEGIN(0)
	JGE   slow
#else
	SECTION(·addFloat64Section<>, ·Injected+Injection_AddFloat64, other)
	OFFSET
	MOVSD HERE, X1
	ADDSD X0, X1
	MOVQ  X1, R10
	HUGE(R10, slow)
	COMMIT(MOVSD, X1, HERE)
	RET

away:
	GIVEN_UP
	OVERFLOW
	JMP swap

other:
	JZ   slow
#endif
	HINTED
	MOVQ AX, R8
	MOVL $Cell_Local, R9
	JMP  swap

slots:
	SLOTS

swap:
	MOVQ AX, R12

again:
	MOVQ  HERE, AX
	MOVQ  AX, X1
	ADDSD X0, X1
	MOVQ  X1, R10
	MOVQ  R10, R13
	HUGE(R10, restore)
	LOCK
	CMPXCHGQ R13, HERE
	JNE   again
	RET

restore:
	MOVQ R12, AX

slow:
	SLOW(BX)

// leave(AX = w, BX = shared, CX = slow)
//
//	R8 = *AX; if R8 <= 0 goto shared
//	[1] [2]
//	if AX.guard != 0 goto shared
//	R9 <<= 16
//	R10 = R8[R9] - 1
//	[3] R8[R9] = R10
//	shared: R9 = *BX, atomic *BX -= 1
//	if R9 > 0: return
//	goto slow with BX = R9 - 1
//	slow: with BX = NotAdded
TEXT ·leave<>(SB), NOSPLIT, $0-24
#ifdef HINTS
	YIELD
#else
	GUARDED(·leaveSection<>, ·Injected+Injection_Leave, shared)
	MOVQ  HERE, R10
	SUBQ  $1, R10
	COMMIT(MOVQ, R10, HERE)
	RET

away:
	JZ    slow
#endif

shared:
	MOVQ  $-1, R9
	LOCK
	XADDQ R9, (BX)
	LEAQ  -1(R9), BX
	TESTQ R9, R9
	JLE   say
	RET

slow:
	MOVQ  $const_NotAdded, BX

say:
	SLOW(CX)
