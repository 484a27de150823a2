// Package cgotls makes rseq work in programs whose C library registers no rseq
// area: musl, glibc before 2.35, and glibc with the tunable glibc.pthread.rseq=0.
// Without it such programs get the atomic backend. Import it for its effect, in
// any package of the program:
//
//	import _ "github.com/percpu-go/percpu/rseqbackend/cgotls"
//
// It takes 64 bytes of every thread's static TLS for an area, which package
// rseqbackend registers at the thread's first operation. Where libc registers
// areas of its own those are used, as ever. In builds without cgo, and on other
// platforms than linux/amd64 and linux/arm64, the package is empty.
//
// It also helps in static glibc executables without a symbol table (-ldflags=-s),
// in which libc's own area can't be found by looking: the linker knew where it
// is.
//
// # Why the area may lie in memory that libc frees
//
// The critical sections find an area at a constant distance from the thread
// pointer, so it has to be a variable of the initial-exec TLS model, in the
// thread's own TLS block, as glibc's area is. The kernel writes to an area
// whenever the thread returns to user mode after a preemption, a migration or a
// signal, and kills the process if it can't. So the memory must outlive the last
// such return.
//
// glibc sees to that itself: a thread's stack and TLS block are used again, or
// unmapped, only after the kernel has cleared its thread ID, which it does in
// exit(2), after the last return. A detached thread of musl however unmaps its
// own stack and TLS block and then calls exit(2): preempted in that munmap(2), it
// would be killed. So a thread is unregistered before, by the destructor of a
// pthread key, set before it registers. The destructor leaves cpu_id −3: what
// later destructors add goes to overflow slots and does not register the thread
// anew. A thread for which the key can't be set is not registered at all.
//
// Threads that begin find the initial image of the variable, cpu_id −1, in new
// and in reused blocks, and so do those that were running when a shared library
// with this package was loaded by dlopen.
//
// # Limits
//
// It asks for glibc's __rseq_offset and __rseq_size by weak symbols. An executable
// linked where glibc has them (2.35 and later) names version GLIBC_2.35 and does
// not start with an older one; link on the oldest glibc that is to run it, as for
// any cgo program.
//
// dlopen takes the 64 bytes from the reserve that libc keeps for such libraries:
// glibc.rtld.optional_static_tls, 512 bytes if nobody says otherwise. Once it is
// used up dlopen fails with "cannot allocate memory in static TLS block". musl
// has no such reserve and refuses the library, as it refuses any Go library
// built with -buildmode=c-shared.
//
// A seccomp filter that refuses rseq(2) and comes after threads were registered
// refuses unregistering too. A detached musl thread then waits for ever in that
// destructor instead of ending. That can be as many threads as had been registered
// when the filter came, no more: later ones are not registered.
package cgotls
