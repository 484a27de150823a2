//go:build linux

// Command seccomp runs a program in which rseq(2) fails:
//
//	go run ./.ci/seccomp ENOSYS go test ./...
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
)

func main() {
	errnos := map[string]unix.Errno{"ENOSYS": unix.ENOSYS, "EPERM": unix.EPERM, "EINVAL": unix.EINVAL}
	if len(os.Args) < 3 || errnos[os.Args[1]] == 0 {
		fmt.Fprintln(os.Stderr, "usage: seccomp ENOSYS|EPERM|EINVAL program [argument …]")
		os.Exit(2)
	}
	cmd := backendtest.FilteredCommand([]backendtest.Filter{{Syscall: unix.SYS_RSEQ, Errno: errnos[os.Args[1]]}}, os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "seccomp:", err)
		os.Exit(1)
	}
}
