//go:build cgo && linux && amd64

#include "cref.h"

// Nodes are named by index + 1, so that a name and a tag fit one word: the tag
// counts changes of the head, and keeps a pop from storing a next that was read
// before the node was taken and put back.
static struct {
	_Alignas(64) uint32_t next; // read by whoever is about to fail, so atomic
	int64_t holds;
} nodes[cref_nodes];

static struct {
	_Alignas(128) uint64_t head; // tag << 32 | name of the first node
	_Alignas(128) uint32_t used;
} stack;

static inline int replace(uint64_t *old, uint32_t name) {
	return __atomic_compare_exchange_n(&stack.head, old, (*old & ~0xffffffffull) + (1ull << 32) + name, 0,
		__ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static inline void push(uint32_t name) {
	uint64_t old = __atomic_load_n(&stack.head, __ATOMIC_RELAXED);
	do
		__atomic_store_n(&nodes[name - 1].next, (uint32_t)old, __ATOMIC_RELAXED);
	while (!replace(&old, name));
}

static inline uint32_t pop(void) {
	uint64_t old = __atomic_load_n(&stack.head, __ATOMIC_ACQUIRE);
	uint32_t name, next;
	do {
		name = (uint32_t)old;
		if (name == 0)
			return 0;
		next = __atomic_load_n(&nodes[name - 1].next, __ATOMIC_RELAXED);
	} while (!replace(&old, next));
	return name;
}

static __attribute__((noinline)) int refill(void) {
	uint32_t first = __atomic_fetch_add(&stack.used, cref_nodes_at_once, __ATOMIC_SEQ_CST);
	if (first + cref_nodes_at_once > cref_nodes) {
		__atomic_fetch_sub(&stack.used, cref_nodes_at_once, __ATOMIC_SEQ_CST);
		return 0;
	}
	for (uint32_t i = 1; i <= cref_nodes_at_once; i++)
		push(first + i);
	return 1;
}

long cref_treiber(long n) {
	for (long i = 0; i < n; i++) {
		uint32_t name;
		while ((name = pop()) == 0)
			if (!refill())
				return i;
		nodes[name - 1].holds++;
		push(name);
	}
	return n;
}

int64_t cref_treiber_sum(void) {
	int64_t sum = 0;
	for (int i = 0; i < cref_nodes; i++)
		sum += nodes[i].holds;
	return sum;
}

long cref_treiber_misplaced(void) {
	static uint32_t seen[cref_nodes];
	for (int i = 0; i < cref_nodes; i++)
		seen[i] = 0;
	// A list that goes in a circle comes by a node twice.
	for (uint32_t p = (uint32_t)stack.head; p != 0 && seen[p - 1] < 2; p = nodes[p - 1].next)
		seen[p - 1]++;
	long misplaced = 0;
	for (uint32_t i = 0; i < cref_nodes; i++)
		misplaced += seen[i] != (i < stack.used);
	return misplaced;
}
