// Package rseqbackend does the operations of package backend in restartable
// sequences: plain, unlocked instructions on the memory of the CPU they run
// on, which the Linux kernel starts again if the thread is preempted, migrated
// or signalled in the middle.
//
// # Selection and registration
//
// Open decides once for the process, on a worker thread of its own, whether
// sequences can work at all, and says why if they can't. Each thread is then
// registered by the first operation it carries out. A thread that can't be
// registered, which is normal (see below), writes overflow slots, by atomics,
// and makes no system call after its first failure. The failure is counted in
// Stats by its errno. An rseq(2) that says it has registered the thread and has
// not, as a filter can make it, is a failure, too. With areas of our own such a
// thread needs no Go code for that: see package asm.
//
// A thread whose area somebody unregisters, or that libc could not register or did
// not try to (it doesn't for threads begun by one that was unregistered), is
// registered by its next operation. cpu_id −3 in an area says that this has been
// tried and failed.
//
// # The kernel is tried
//
// The kernel is not believed, it is tried: Open has a section interrupted by a
// signal, and on arm64 one preempted and two whose thread is moved to another CPU,
// and wants to see them aborted, because kernels exist that register threads and let
// interrupted sections go on (see errNotAborted). Before membarrier makes a fence, it has
// to abort a section, too. Those known are denied by their version (see deniedKernels), which the
// kernels of distributions tell in ways of their own. SelfTest repeats the trial at
// greater length. KERNELS.md lists what was booted.
//
// What nobody delivers is not the kernel's fault: where SIGURG is ignored or blocked,
// a timer is refused or there is one CPU, the trial says nothing. It uses system calls
// only, no file descriptor or timer of the runtime's, and the kernel's clock, so that
// it works in every process and in a bubble of testing/synctest; it stays on the CPUs
// that its thread may use, and what it mapped and pinned it undoes. Threads that are
// someone else's, another copy of this package's or a library's, it passes over.
//
// # Who owns a thread's rseq area
//
//	process                                   area               threads without one
//	pure Go, static                           own                none
//	pure Go, -buildmode=pie                   own                the main thread: ld.so registered an area
//	                                                             that Go then lost; it writes overflow slots
//	any with glibc 2.35 or later              libc's             those that another library registered first
//	any other with a C library, and package   own, in TLS        the same, and threads that are ending
//	cgotls linked
//	any other with a C library                rejected: no place for our pointer in libc's thread block
//	not Linux on amd64 or arm64, tag purego   rejected
//
// Which kind of process it is, is decided at run time. On amd64 the word at FS:0
// equals the FS base exactly if FS points to a libc's thread control block. On
// arm64 a libc gives each thread a thread pointer of its own, and Go none. "Any
// other" are musl, glibc before 2.35, and later ones with the tunable
// glibc.pthread.rseq=0. COMPATIBILITY.md lists all that is tested.
//
// # The anchor of own areas
//
// In a pure Go process on linux/amd64, FS points into the runtime's per-thread
// structure m, just behind the word that holds g. The next word, at FS:0, is
// spare (m.tls[1]), zero in a new thread and gone with the thread. We keep the
// area's address there. That is the runtime's memory, so it is done only under
// Go versions whose source was read for it (see feature.GoListed), or if the user
// takes the risk (see AllowUnlistedGo), and after a check that the layout is the
// expected one.
//
// On linux/arm64 the area's address is in the thread pointer TPIDR_EL0 itself,
// which Go doesn't use without cgo. New threads inherit it from those that begin
// them; so an area names its thread, by the address of the m, and is not used by
// another. The pool of areas keeps an m reachable that an area names.
//
// # Memory of own areas
//
// Areas are mapped, never unmapped, and stand all on the same cache line of
// their page, on which no cell stands: a store to an area would otherwise delay
// loads of cells at the same page offset (4 KiB aliasing). An area is used again
// when the thread that registered it has ended. A thread's end is noticed by
// asking the kernel, when areas run out.
//
// # Fences
//
// A Fence is membarrier PRIVATE_EXPEDITED_RSEQ, or if the process is not registered for
// that yet, or it is refused later, a stop of the world; see Backend.Fence. Where it is
// refused from the start there are none, and structures that need them do without.
//
// # Environment
//
// PERCPU_INDEX=auto|cpu_id|mm_cid chooses the field that indexes slots. auto is
// mm_cid, which is dense, if the kernel has it (6.3) and there is one NUMA
// node; else cpu_id, which keeps a slot's memory on its node.
//
// PERCPU_GO=unlisted is AllowUnlistedGo.
//
// Sources: rseq(2) of librseq, Documentation/userspace-api/rseq.rst and
// kernel/rseq.c of Linux, section "Restartable Sequences" of the glibc manual.
package rseqbackend

//go:generate go test -run ^TestCompatibilityTable$ . -update
