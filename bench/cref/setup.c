//go:build cgo && linux && amd64

#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cref.h"

char *cref_slot0;
ptrdiff_t cref_area;
int64_t cref_overflow[cref_cells];

#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>

static uintptr_t area_line(void) {
	return ((uintptr_t)__builtin_thread_pointer() + __rseq_offset) & 4095 & -64;
}

static void *store_area_line(void *line) {
	*(uintptr_t *)line = area_line();
	return NULL;
}

// first_line returns the offset in a page of a slot's first cell. No cell may
// have the page offset of an area: a store there would delay every load of the
// cell. The main thread's area and those of all others are not alike.
static uintptr_t first_line(void) {
	uintptr_t other = area_line();
	pthread_t t;
	if (pthread_create(&t, NULL, store_area_line, &other) == 0)
		pthread_join(t, NULL);
	for (uintptr_t line = 0;; line += 64) {
		if (area_line() - line >= 64 * cref_cells && other - line >= 64 * cref_cells)
			return line;
	}
}

int cref_setup(void) {
	if (__rseq_size == 0)
		return cref_no_rseq;
	if (sysconf(_SC_NPROCESSORS_CONF) > cref_slots)
		return cref_too_many_cpus;
	if (cref_slot0 != NULL)
		return cref_ok;
	size_t size = (size_t)cref_slots << cref_stride_shift;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return cref_no_memory;
	madvise(p, size, MADV_NOHUGEPAGE); // or a CPU's word would cost 2 MiB
	cref_area = __rseq_offset;
	cref_slot0 = p + first_line();
	return cref_ok;
}

#else

int cref_setup(void) { return cref_no_libc; }

#endif

int64_t cref_cell_sum(int cell) {
	int64_t sum = cref_overflow[cell];
	for (int i = 0; i < cref_slots; i++)
		sum += *cref_word(i, cell);
	return sum;
}
