//go:build cgo && linux && amd64

#include "cref.h"

static struct {
	_Alignas(128) int64_t word;
	_Alignas(128) char end;
} shared;

static inline void locked_add(int64_t *word, int64_t delta) {
	__atomic_fetch_add(word, delta, __ATOMIC_SEQ_CST);
}

long cref_locked_shared(long n) {
	for (long i = 0; i < n; i++)
		locked_add(&shared.word, 1);
	return n;
}

int64_t cref_shared_sum(void) { return shared.word; }

#if __has_include(<sys/rseq.h>)
#include "section.h"

// rseq_add adds delta to the word of this CPU's slot. Load, add and store, as
// package asm has it.
//
//	rcx = *rax + delta
//	commit: *rax = rcx
static inline __attribute__((always_inline)) void rseq_add(int cell, int64_t delta) {
	__asm__ goto(
		CREF_ENTER("%l[unregistered]")
		"movq (%%rax), %%rcx\n\t"
		"addq %[delta], %%rcx\n\t"
		"movq %%rcx, (%%rax)"
		CREF_LEAVE
		:
		: [area] "r"(cref_area), [slots] "i"(cref_slots), [cell0] "r"(cref_word(0, cell)), [delta] "er"(delta)
		: "rax", "rcx", "cc", "memory"
		: unregistered);
	return;
unregistered:
	locked_add(&cref_overflow[cell], delta);
}

long cref_rseq_add(long n) {
	for (long i = 0; i < n; i++)
		rseq_add(cref_cell_add, 1);
	return n;
}

static __attribute__((noinline)) void rseq_add_called(int64_t delta) {
	rseq_add(cref_cell_called, delta);
}

long cref_rseq_add_called(long n) {
	for (long i = 0; i < n; i++)
		rseq_add_called(1);
	return n;
}

// The number may be stale when it is used, hence the locked add.
long cref_locked_slot(long n) {
	struct rseq *area = (void *)((char *)__builtin_thread_pointer() + cref_area);
	for (long i = 0; i < n; i++) {
		uint32_t cpu = __atomic_load_n((uint32_t *)&area->cpu_id, __ATOMIC_RELAXED);
		if (cpu < cref_slots)
			locked_add(cref_word(cpu, cref_cell_locked), 1);
		else
			locked_add(&cref_overflow[cref_cell_locked], 1);
	}
	return n;
}

#else

long cref_rseq_add(long n) { return 0; }
long cref_rseq_add_called(long n) { return 0; }
long cref_locked_slot(long n) { return 0; }

#endif
