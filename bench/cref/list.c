//go:build cgo && linux && amd64

#include <stdlib.h>

#include "cref.h"

// Nodes are never freed, and each belongs to one thread or to one list.
struct node {
	_Alignas(64) struct node *next;
	int64_t holds; // times that somebody has held it
};

static struct node nodes[cref_nodes];
static int used;

#if __has_include(<sys/rseq.h>)
#include "section.h"

// push puts a node on this CPU's list, or dies: glibc does not unregister a
// thread that still runs code of ours.
//
//	rcx = *rax
//	node.next = rcx                                 // node is the caller's own
//	commit: *rax = node
static inline void push(struct node *node) {
	__asm__ goto(
		CREF_ENTER("%l[unregistered]")
		"movq (%%rax), %%rcx\n\t"
		"movq %%rcx, (%[node])\n\t"
		"movq %[node], (%%rax)"
		CREF_LEAVE
		:
		: [area] "r"(cref_area), [slots] "i"(cref_slots), [cell0] "r"(cref_word(0, cref_cell_list)), [node] "r"(node)
		: "rax", "rcx", "cc", "memory"
		: unregistered);
	return;
unregistered:
	abort();
}

// pop takes a node from this CPU's list, or nothing. That the first node's next
// is still the second when it is stored needs no tag: whoever changed the list
// meanwhile did so on this CPU, and so has aborted this section.
//
//	node = *rax; if node == 0 goto post_commit
//	rcx = node.next
//	commit: *rax = rcx
static inline struct node *pop(void) {
	struct node *node;
	__asm__ volatile(
		CREF_ENTER("6f")
		"movq (%%rax), %[node]\n\t"
		"testq %[node], %[node]\n\t"
		"jz 3f\n\t"
		"movq (%[node]), %%rcx\n\t"
		"movq %%rcx, (%%rax)"
		CREF_LEAVE
		".pushsection .text.cref_abort, \"ax\"\n"
		"6:\tud2\n\t"
		".popsection\n\t"
		: [node] "=&r"(node)
		: [area] "r"(cref_area), [slots] "i"(cref_slots), [cell0] "r"(cref_word(0, cref_cell_list))
		: "rax", "rcx", "cc", "memory");
	return node;
}

// refill gives this CPU's list a few nodes that are on no list yet.
static __attribute__((noinline)) int refill(void) {
	int first = __atomic_fetch_add(&used, cref_nodes_at_once, __ATOMIC_SEQ_CST);
	if (first + cref_nodes_at_once > cref_nodes) {
		__atomic_fetch_sub(&used, cref_nodes_at_once, __ATOMIC_SEQ_CST);
		return 0;
	}
	for (int i = 0; i < cref_nodes_at_once; i++)
		push(&nodes[first + i]);
	return 1;
}

long cref_rseq_list(long n) {
	for (long i = 0; i < n; i++) {
		struct node *node;
		while ((node = pop()) == NULL)
			if (!refill())
				return i;
		node->holds++;
		push(node);
	}
	return n;
}

#else

long cref_rseq_list(long n) { return 0; }

#endif

int64_t cref_list_sum(void) {
	int64_t sum = 0;
	for (int i = 0; i < cref_nodes; i++)
		sum += nodes[i].holds;
	return sum;
}

long cref_list_misplaced(void) {
	static int seen[cref_nodes];
	for (int i = 0; i < cref_nodes; i++)
		seen[i] = 0;
	for (int slot = 0; slot < cref_slots; slot++)
		// A list that goes in a circle comes by a node twice.
		for (struct node *p = (struct node *)*cref_word(slot, cref_cell_list); p != NULL && seen[p - nodes] < 2; p = p->next)
			seen[p - nodes]++;
	long misplaced = 0;
	for (int i = 0; i < cref_nodes; i++)
		misplaced += seen[i] != (i < used);
	return misplaced;
}
