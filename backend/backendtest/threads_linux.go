package backendtest

import "syscall"

func threadID() int { return syscall.Gettid() }

// threadLives reports whether a thread of this process is there, or another by its ID.
func threadLives(tid int) bool { return syscall.Tgkill(syscall.Getpid(), tid, 0) == nil }
