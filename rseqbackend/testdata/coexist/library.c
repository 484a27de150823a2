//go:build !plain

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "library.h"
#include "_cgo_export.h"

#if defined(__x86_64__)
enum { sys_rseq = 334, signature = 0x53053053 };
static char *thread_pointer(void) { char *p; __asm__("mov %%fs:0, %0" : "=r"(p)); return p; }
#elif defined(__aarch64__)
enum { sys_rseq = 293, signature = 0xd428bc00 };
static char *thread_pointer(void) { char *p; __asm__("mrs %0, tpidr_el0" : "=r"(p)); return p; }
#endif

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static pthread_t threads[256];
static int started;

static void start(void *(*f)(void *), void *arg)
{
	if (started == 256 || pthread_create(&threads[started], NULL, f, arg) != 0)
		abort();
	started++;
}

static void *forever(void *role)
{
	do {
		coexistAdd(role, 100);
	} while (!coexistStopped());
	coexistAdd(role, 100);
	return NULL;
}

// A destructor that adds, later than all that Go's side has arranged for the end
// of the thread.
static pthread_key_t last_key;
static pthread_once_t last_once = PTHREAD_ONCE_INIT;

static void last(void *role) { coexistAdd(role, 100); }

static void make_last(void)
{
	if (pthread_key_create(&last_key, last) != 0)
		abort();
}

static void *ending(void *role)
{
	coexistAdd(NULL, 100);
	pthread_once(&last_once, make_last);
	if (pthread_setspecific(last_key, "dying") != 0)
		abort();
	return role;
}

void coexist_start(char *role, int n, int m)
{
	while (n-- > 0)
		start(forever, role);
	while (m-- > 0)
		start(ending, role);
}

void coexist_wait(void)
{
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

int coexist_unregister(void *area)
{
	unsigned int length = 32;
	if (&__rseq_offset != NULL && __rseq_size != 0) {
		area = thread_pointer() + __rseq_offset;
		if (__rseq_size > length)
			length = __rseq_size;
	}
	if (syscall(sys_rseq, area, length, 1, signature) != 0)
		return errno;
	return 0;
}

// An area of the library's own, never freed: the thread stays registered.
static void *foreign(void *result)
{
	void *area = aligned_alloc(64, 64);
	int error = ENOMEM;
	if (area != NULL) {
		for (int i = 0; i < 64; i++)
			((char *)area)[i] = 0;
		error = syscall(sys_rseq, area, 32, 0, signature) == 0 ? 0 : errno;
	}
	*(int *)result = error;
	if (error == 0)
		coexistAdd("foreign", 1000);
	return NULL;
}

int coexist_foreign(int n)
{
	int errors[16] = {0}, error = 0;
	pthread_t t[16];
	for (int i = 0; i < n && i < 16; i++)
		if (pthread_create(&t[i], NULL, foreign, &errors[i]) != 0)
			abort();
	for (int i = 0; i < n && i < 16; i++) {
		pthread_join(t[i], NULL);
		if (errors[i] != 0)
			error = errors[i];
	}
	return error;
}

static void *orphan(void *arg)
{
	coexistAdd("orphan", 1000);
	return arg;
}

int coexist_orphan(void *area)
{
	pthread_t t;
	int error = coexist_unregister(area);
	if (error == 0 && pthread_create(&t, NULL, orphan, NULL) != 0)
		abort();
	if (error == 0)
		pthread_join(t, NULL);
	return error;
}
