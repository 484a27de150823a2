// A C program that loads the library given as its argument while it has threads,
// lets them and later ones call into it, and prints the library's report.

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static char *(*begin)(void);
static void (*add)(char *, int);
static char *(*end)(void);
static pthread_barrier_t loaded;

static void *symbol(void *library, const char *name)
{
	void *p = dlsym(library, name);
	if (p == NULL) {
		fprintf(stderr, "host: %s\n", dlerror());
		exit(1);
	}
	return p;
}

static void *early(void *arg)
{
	pthread_barrier_wait(&loaded); // before the library is there
	pthread_barrier_wait(&loaded);
	add("c before", 50000);
	return arg;
}

static void *later(void *arg)
{
	add("c after", 50000);
	return arg;
}

static void *brief(void *arg)
{
	add(NULL, 100);
	return arg;
}

static void start(pthread_t *t, void *(*f)(void *))
{
	if (pthread_create(t, NULL, f, NULL) != 0) {
		fprintf(stderr, "host: no thread\n");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	pthread_t t[4], s;
	char *text;
	void *library;

	if (argc != 2)
		return 2;
	pthread_barrier_init(&loaded, NULL, 3);
	start(&t[0], early);
	start(&t[1], early);
	pthread_barrier_wait(&loaded);
	library = dlopen(argv[1], RTLD_NOW);
	if (library == NULL) {
		fprintf(stderr, "host: %s\n", dlerror());
		return 1;
	}
	begin = symbol(library, "coexistBegin");
	add = symbol(library, "coexistAdd");
	end = symbol(library, "coexistEnd");
	text = begin();
	if (text != NULL) {
		fprintf(stderr, "host: %s\n", text);
		return 1;
	}
	pthread_barrier_wait(&loaded);
	add("main", 1000);
	start(&t[2], later);
	start(&t[3], later);
	for (int i = 0; i < 100; i++) {
		start(&s, brief);
		pthread_join(s, NULL);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	puts(end());
	return 0;
}
