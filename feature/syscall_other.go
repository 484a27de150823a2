//go:build !linux

package feature

// RseqSyscall says no: restartable sequences are a service of the Linux kernel.
func RseqSyscall() error { return no("rseq syscall", errOtherOS) }
