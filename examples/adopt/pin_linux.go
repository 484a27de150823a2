package main

import (
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// pinnings are one CPU, the last that this process may use, and all of them.
func pinnings() ([]pinning, string) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return unpinned(), "not pinned: " + err.Error()
	}
	var all []int
	for cpu := range len(set) * 64 {
		if set.IsSet(cpu) {
			all = append(all, cpu)
		}
	}
	pins := []pinning{{cpus: 1, set: all[len(all)-1:]}}
	if len(all) > 1 {
		pins = append(pins, pinning{cpus: len(all), set: all})
	}
	return pins, ""
}

// run runs cmd on the CPUs of p. A process begins on those of the thread that
// starts it.
func (p pinning) run(cmd *exec.Cmd) error {
	if p.set == nil {
		return cmd.Run()
	}
	var old, set unix.CPUSet
	for _, cpu := range p.set {
		set.Set(cpu)
	}
	runtime.LockOSThread()
	if unix.SchedGetaffinity(0, &old) != nil || unix.SchedSetaffinity(0, &set) != nil {
		runtime.UnlockOSThread()
		return cmd.Run()
	}
	err := cmd.Start()
	if unix.SchedSetaffinity(0, &old) == nil {
		runtime.UnlockOSThread() // else the thread ends with this goroutine
	}
	if err != nil {
		return err
	}
	return cmd.Wait()
}
