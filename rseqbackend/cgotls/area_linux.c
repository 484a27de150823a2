//go:build amd64 || arm64

// An rseq area in every thread, and what unregisters it in time. doc.go says why
// it is where it is. No header of the kernel is needed: the layout is that of
// asm.Area.

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { sys_rseq = 334, signature = 0x53053053 };
static inline char *thread_pointer(void) { char *p; __asm__("mov %%fs:0, %0" : "=r"(p)); return p; }
#elif defined(__aarch64__)
enum { sys_rseq = 293, signature = 0xd428bc00 };
static inline char *thread_pointer(void) { char *p; __asm__("mrs %0, tpidr_el0" : "=r"(p)); return p; }
#endif

enum { area_size = 64, original_size = 32, unregister = 1 };
enum { uninitialized = -1, given_up = -3 }; // as in package asm

const uint32_t percpu_cgotls_size = area_size;
const uint32_t percpu_cgotls_align = area_size;

// struct rseq, as far as anybody but the kernel writes it.
struct area {
	uint32_t cpu_id_start;
	int32_t cpu_id;
	uint64_t rseq_cs;
	char rest[area_size - 16];
} __attribute__((aligned(64)));

// rseqbackend registers an uninitialized area at the first use. Not static, for
// the tests, but no business of other shared objects.
__thread struct area percpu_cgotls_area __attribute__((tls_model("initial-exec"), visibility("hidden"))) = { .cpu_id = uninitialized };

int64_t percpu_cgotls_offset(void) { return (char *)&percpu_cgotls_area - thread_pointer(); }

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int key_error;

enum { call = 1 << 16, calls = 4 }; // PTHREAD_DESTRUCTOR_ITERATIONS of musl, and the least anywhere

// A thread that can't be unregistered, because a filter refuses that now, must not
// free the memory that the kernel writes to. It can't be told to, but it can be
// kept from going on: with all signals blocked, for the rest of the process. There
// are at most as many such threads as had been registered when the filter came.
// glibc's threads needn't, nor do those that another thread waits for and then
// frees.
static void stay(void)
{
#ifndef __GLIBC__
	pthread_attr_t attr;
	int state = PTHREAD_CREATE_DETACHED;
	sigset_t all;

	if (pthread_getattr_np(pthread_self(), &attr) == 0)
		pthread_attr_getdetachstate(&attr, &state);
	if (state != PTHREAD_CREATE_DETACHED)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
#endif
}

// The key's value is the length registered, and above that how often this has been
// called for the thread. If the library fell back to the original length, or the
// thread isn't registered any more, the kernel refuses with EINVAL and changes
// nothing.
static void leave(void *value)
{
	uintptr_t length = (uintptr_t)value % call;

	if (syscall(sys_rseq, &percpu_cgotls_area, (uint32_t)length, unregister, signature) != 0)
		syscall(sys_rseq, &percpu_cgotls_area, original_size, unregister, signature);
	if (__atomic_load_n(&percpu_cgotls_area.cpu_id, __ATOMIC_RELAXED) < 0) {
		// Not registered, the area is ours to write.
		__atomic_store_n(&percpu_cgotls_area.cpu_id, given_up, __ATOMIC_RELAXED);
	} else if ((uintptr_t)value / call + 1 < calls) {
		pthread_setspecific(key, (char *)value + call); // let other destructors run first
	} else {
		stay();
	}
}

static void make_key(void) { key_error = pthread_key_create(&key, leave); }

int percpu_cgotls_keep(uint32_t length)
{
	pthread_once(&once, make_key);
	if (key_error != 0)
		return key_error;
	return pthread_setspecific(key, (void *)(uintptr_t)length);
}

// What glibc defines from 2.35 on. The references are weak: programs for older
// ones, or for musl, link and load all the same.
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

int percpu_cgotls_libc(int64_t *offset, uint32_t *size)
{
	if (&__rseq_offset == NULL || &__rseq_size == NULL)
		return 0;
	*offset = __rseq_offset;
	*size = __rseq_size;
	return 1;
}
