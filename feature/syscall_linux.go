package feature

import (
	"errors"

	"golang.org/x/sys/unix"
)

const rseqProbe = "rseq syscall"

// RseqSyscall asks whether this process may call rseq(2). It registers nothing:
// the call it makes carries flags no kernel will ever define, which the kernel
// refuses with EINVAL before it looks at anything else, whether or not the
// thread is registered.
//
// ENOSYS (kernel before 4.18 or without CONFIG_RSEQ, a sandbox), EPERM, EACCES
// and other refusals are conclusive. A yes does not promise that a particular
// thread can register.
//
// No answer is remembered. A seccomp filter may arrive later, and one installed
// without SECCOMP_FILTER_FLAG_TSYNC binds only some threads. A filter that
// kills instead of refusing cannot be survived by asking.
func RseqSyscall() (err error) {
	OnThread(func() { err = RseqSyscallHere() })
	return err
}

// RseqSyscallHere is RseqSyscall for the calling thread, by which others are to be
// judged only if it isn't the main thread.
func RseqSyscallHere() error {
	_, _, errno := unix.RawSyscall6(unix.SYS_RSEQ, 0, 0, ^uintptr(0), 0, 0, 0)
	return rseqAnswer(errno)
}

// errPretended: a seccomp filter can answer "success" without calling the
// kernel (SECCOMP_RET_ERRNO with 0). Believed, it would have every registration
// succeed and no area ever filled in.
var errPretended = errors.New("call with invalid flags succeeded: a filter answers in the kernel's place")

// rseqAnswer translates the errno of the probing call.
func rseqAnswer(errno unix.Errno) error {
	switch errno {
	case unix.EINVAL:
		return nil
	case 0:
		return no(rseqProbe, errPretended)
	}
	return refusal(rseqProbe, errno)
}

// refusal sorts the errno of a system call that did not do what was asked into
// those that say "not now" and those that say "not here".
func refusal(probe string, errno unix.Errno) error {
	switch errno {
	case unix.EAGAIN, unix.EINTR, unix.ENOMEM, unix.EFAULT:
		return unsure(probe, errno)
	}
	return no(probe, errno)
}
