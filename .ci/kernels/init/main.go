//go:build linux

// Command init is the first and only process of a kernel under test: it runs the
// programs that a file names, one a line, with NAME=VALUE words before them as
// their environment, prints a line "status" for each, and restarts the machine.
// The file is what list= says on the kernel's command line.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	for _, m := range []struct{ source, target, kind string }{
		{"proc", "/proc", "proc"}, {"sys", "/sys", "sysfs"}, {"dev", "/dev", "devtmpfs"}, {"tmp", "/tmp", "tmpfs"},
	} {
		if err := syscall.Mount(m.source, m.target, m.kind, 0, ""); err != nil {
			fmt.Printf("init: mount %s: %v\n", m.target, err)
		}
	}
	fmt.Println("init: reached")
	if err := runList(os.Getenv("list")); err != nil {
		fmt.Println("init:", err)
	}
	syscall.Sync()
	// With qemu's -no-reboot, a restart ends it on every machine type.
	fmt.Println("init:", syscall.Reboot(syscall.LINUX_REBOOT_CMD_RESTART))
}

func runList(path string) error {
	list, err := os.Open(path)
	if err != nil {
		return err
	}
	defer list.Close()
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		if line := lines.Text(); line != "" {
			run(line)
		}
	}
	return lines.Err()
}

func run(line string) {
	words := strings.Fields(line)
	env := append(os.Environ(), "HOME=/tmp", "TMPDIR=/tmp")
	for len(words) > 1 && strings.Contains(words[0], "=") {
		env = append(env, words[0])
		words = words[1:]
	}
	cmd := exec.Command(filepath.Join("/bin", words[0]), words[1:]...)
	cmd.Env, cmd.Dir = env, "/tmp"
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	start := time.Now()
	err := cmd.Run()
	verdict := "ok"
	if err != nil {
		verdict = "failed: " + err.Error()
	}
	fmt.Printf("\nstatus %s %s (%v)\n", words[0], verdict, time.Since(start).Round(time.Millisecond))
}
