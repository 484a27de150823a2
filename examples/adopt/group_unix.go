//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// inGroup lets the end of cmd be that of the processes it started as well: of go
// test's test binaries, and of what those started.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
