// What the C files have in common, and Go sees.

#ifndef CREF_H
#define CREF_H

#include <stddef.h>
#include <stdint.h>

enum {
	cref_slots = 1024,       // CPUs at most
	cref_stride_shift = 16,  // as package percpu's
	cref_nodes = 1 << 16,    // of each kind of list
	cref_nodes_at_once = 4,  // that a CPU's list takes when it is empty
};

// Cells, each in a cache line of its own: a slot's first lines.
enum { cref_cell_add, cref_cell_called, cref_cell_locked, cref_cell_list, cref_cells };

// Results of cref_setup.
enum { cref_ok, cref_no_libc, cref_no_rseq, cref_too_many_cpus, cref_no_memory };

int cref_setup(void);

// Each carries out its operation n times, and returns how often it did: less
// only if the nodes are used up.
long cref_rseq_add(long n);
long cref_rseq_add_called(long n);
long cref_locked_slot(long n);
long cref_locked_shared(long n);
long cref_rseq_list(long n);
long cref_treiber(long n);

// What the memory says that they did, when none of them is running.
int64_t cref_cell_sum(int cell);
int64_t cref_shared_sum(void);
int64_t cref_list_sum(void);
int64_t cref_treiber_sum(void);

// Each returns the number of nodes that are not on exactly one list, once.
long cref_list_misplaced(void);
long cref_treiber_misplaced(void);

// Memory of cref_setup.
extern char *cref_slot0;    // of the first cell
extern ptrdiff_t cref_area; // from the thread pointer to the area
extern int64_t cref_overflow[cref_cells];

static inline int64_t *cref_word(int slot, int cell) {
	return (int64_t *)(cref_slot0 + ((size_t)slot << cref_stride_shift) + 64 * cell);
}

#endif
