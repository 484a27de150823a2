// The operations on cells for linux/arm64. Read spec.go first: labels, variables
// and the numbers in brackets are its. Each operation is written once, and
// included by each variant; see section_linux_arm64.h.
//
// Every section begins at its function's entry, so its start_ip is the
// function, and leaves its arguments in their registers until it has committed,
// so its abort handler is a jump to the entry. NOSPLIT and NOFRAME: no prologue,
// LR holds the return address throughout, no stack growth, and the Go scheduler
// never preempts assembly. Go calls a leaf in registers, through a variable of
// function type: the text is local to its file, and has no declaration by which
// it could be called otherwise. It is no safepoint, so what its registers point to
// stays alive. g is only read.
//
// Order: the kernel looks at rseq_cs from this very CPU, in an interrupt taken
// between two of these instructions, and so sees the thread's own stores in
// program order: [1] needs no barrier. The thread that next uses the slot runs
// behind a context switch of this CPU (cpu_id) or a hand-over of the number
// (mm_cid), both of which are full barriers: neither the loads of the cell nor
// plain commits need one. That the cell's address was loaded from *w orders the
// loads of the cell behind that, so a cell that had another owner before is seen
// as it was left when it was cleared. For a reader on another CPU a plain commit is
// unordered with this thread's other accesses, which is all that a sum wants;
// commits that release are STLR and pair with that reader's atomic load.
//
// Exclusive loads and stores are loops, as processors without LSE want them. They
// acquire and release, as Go's atomic additions do.

// add(R0 = w, R1 = delta, R2 = slow)
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2] R8 += R9<<16
//	R10 = *R8 + R1
//	[3] *R8 = R10
TEXT ·add<>(SB), NOSPLIT|NOFRAME, $0-24
	SECTION(·addSection<>, ·Injected+Injection_Add, slow)
	CELL
	MOVD (R8), R10
	ADD  R1, R10
	COMMIT(MOVD, R10, (R8))
	RET

away:
#ifdef OWN
	GIVEN_UP
	OVERFLOW

again:
	LDAXR (R8), R12
	ADD   R1, R12
	STLXR R12, (R8), R13
	CBNZ  R13, again
	RET
#endif

slow:
	SLOW(R2)

// addFloat64(R0 = w, F0 = delta, R1 = slow)
//
//	R8 = *R0; if R8 <= 0 goto slow
//	[1] [2] R8 += R9<<16
//	F1 = *R8 + F0; R10 = bits(F1)
//	if F1 is huge goto slow
//	[3] *R8 = F1
TEXT ·addFloat64<>(SB), NOSPLIT|NOFRAME, $0-24
	SECTION(·addFloat64Section<>, ·Injected+Injection_AddFloat64, slow)
	CELL
	FMOVD (R8), F1
	FADDD F0, F1
	FMOVD F1, R10
	HUGE(R10, R11)
	COMMIT(FMOVD, F1, (R8))
	RET

away:
#ifdef OWN
	GIVEN_UP
	OVERFLOW

again:
	LDAXR (R8), R10
	FMOVD R10, F1
	FADDD F0, F1
	FMOVD F1, R10
	HUGE(R10, R11)
	STLXR R10, (R8), R13
	CBNZ  R13, again
	RET
#endif

slow:
	SLOW(R1)

// leave(R0 = w, R1 = shared, R2 = slow)
//
//	R8 = *R0; if R8 <= 0 goto shared
//	[1] [2]
//	if R0.guard, acquire, != 0 goto shared
//	R8 += R9<<16
//	R10 = *R8 - 1
//	[3] *R8 = R10, release
//	shared: R10 = (atomic *R1 -= 1)
//	if R10 >= 0: return
//	goto slow with R1 = R10
//	slow: with R1 = NotAdded
//
// For LDAR and STLR see step.
TEXT ·leave<>(SB), NOSPLIT|NOFRAME, $0-24
	GUARDED(·leaveSection<>, ·Injected+Injection_Leave, shared)
	MOVD (R8), R10
	SUB  $1, R10
	COMMIT(STLR, R10, (R8))
	RET

shared:
	LDAXR (R1), R10
	SUB   $1, R10
	STLXR R10, (R1), R13
	CBNZ  R13, shared
	TBNZ  $63, R10, say
	RET

say:
	MOVD R10, R1
	SLOW(R2)

away:
#ifdef OWN
	GIVEN_UP
	JMP  shared
#endif

slow:
	MOVD $const_NotAdded, R1
	SLOW(R2)
