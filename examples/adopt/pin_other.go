//go:build !linux

package main

import "os/exec"

// pinnings are numbers of CPUs: nothing can be pinned here, or not by Go.
func pinnings() ([]pinning, string) {
	return unpinned(), "not pinned, as only Linux can: GOMAXPROCS alone says how many CPUs"
}

func (p pinning) run(cmd *exec.Cmd) error { return cmd.Run() }
