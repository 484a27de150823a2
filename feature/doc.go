// Package feature reports facts about the kernel, the process, its C library
// and the processor. It never chooses, registers or changes anything: whoever
// imports it draws the conclusions.
//
// # Terminology
//
//   - rseq area: the per-thread struct rseq that a thread registers with the
//     kernel and that the kernel then keeps up to date.
//   - feature size: the number of leading bytes of the area that the running
//     kernel understands. It says which fields exist, see [FieldsFor].
//   - libc's area: the rseq area that the C library registers for every thread
//     it creates, __rseq_offset bytes from the thread pointer.
//   - probe: a function here that asks and returns an error.
//
// # Three answers
//
// A probe has three possible answers, never two:
//
//   - nil: yes.
//   - an error that wraps [ErrNotSupported]: a conclusive no. Asking again, in
//     the same process, gives the same answer. The cause (mostly an errno)
//     is in the chain too, so errors.Is(err, unix.ENOSYS) works.
//   - any other error: inconclusive. The question could not be asked (no
//     memory, /proc not mounted, an unreadable file). It may be asked again.
//
// Only answers that cannot change for the life of the process are remembered,
// and never an inconclusive one. No feature is ever inferred from a version
// number (but of Go's, whose internals have no other sign), nor one fact from
// another: under a seccomp filter that refuses
// rseq(2), the auxiliary vector still announces the kernel's feature size.
//
// # Platforms
//
//	                      linux            elsewhere
//	RseqSyscall           asked            ErrNotSupported
//	RseqAuxv              asked            ErrNotSupported
//	LibcRseq              asked            ErrNoLibcArea
//	MembarrierCommands    asked            ErrNotSupported
//	PossibleCPUs          sysfs            ErrNotSupported
//	CPUBound              sysfs, kernel    ErrNotSupported
//	NUMANodes             sysfs            ErrNotSupported
//	GoListed              everywhere
//	CPU                   everywhere; RDPID only on linux/amd64
//	PageSize, CacheLine   everywhere
//	OnThread              everywhere; only Linux can tell the main thread apart
//
// # Sources
//
//   - rseq(2), in the librseq repository (doc/man/rseq.2), and
//     include/uapi/linux/rseq.h. The call exists since Linux 4.18
//     (d7822b1e24f2, "rseq: Introduce restartable sequences system call").
//   - AT_RSEQ_FEATURE_SIZE and AT_RSEQ_ALIGN exist since Linux 6.3
//     (317c8194e6ae); so do node_id (cbae6bac29a8) and mm_cid (f7b01bb0b57f).
//   - __rseq_offset, __rseq_size, __rseq_flags: GNU C Library manual, section
//     "Restartable Sequences"; since glibc 2.35.
//   - membarrier(2); proc_pid_maps(5); getauxval(3).
//   - CPU lists and nodes: Documentation/ABI/stable/sysfs-devices-node and
//     Documentation/ABI/testing/sysfs-devices-system-cpu in the kernel.
package feature
