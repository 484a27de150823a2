// What C libraries may do to rseq in a process, and threads of C's own.

// Starts forever threads that call coexistAdd until coexistStopped says so, and
// ending threads that do it once.
void coexist_start(char *role, int forever, int ending);

// Waits for all threads that were started.
void coexist_wait(void);

// Unregisters the calling thread's area: libc's, or the one given. An errno, or 0.
int coexist_unregister(void *area);

// Starts n threads that register areas of their own and then add. An errno, or 0.
int coexist_foreign(int n);

// Unregisters the calling thread, begins a thread that adds as "orphan", and waits
// for it. An errno, or 0.
int coexist_orphan(void *area);
