package rseqbackend

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/feature"
)

// visit does what a fence does, without membarrier(2): a thread runs on every CPU
// that threads of the process may run on, one after the other. While it runs on
// one, no section does. A thread that was in a section there has been switched
// out, and starts it again when it goes on. The switches to and from the visitor
// are full barriers on that CPU, and the visitor, having been everywhere, returns
// to the caller.
//
// A thread that escapes the visitor, to a CPU that it was on before or to one
// that nobody could use when it set out, has been switched out for that, after
// the beginning: its section starts again, too, and sees what the caller wrote
// before.
//
// It takes a switch for each CPU, which waits there until the scheduler lets the
// visitor run: milliseconds on a busy machine.
func visit() error {
	var err error
	feature.OnThread(func() { err = visitEach() })
	return err
}

// visitEach is visit on a locked thread that ends afterwards.
func visitEach() error {
	cpus, err := usedCPUs()
	if err != nil {
		return err
	}
	for cpu := range len(cpus) * 64 {
		if !cpus.IsSet(cpu) {
			continue
		}
		if err := pin(cpu); err != nil {
			if now, e := usedCPUs(); errors.Is(err, unix.EINVAL) && e == nil && !now.IsSet(cpu) {
				continue // it has gone offline, and its threads have been switched out
			}
			return fmt.Errorf("move to CPU %d: %w", cpu, err)
		}
	}
	return nil
}

// usedCPUs returns the CPUs that any thread of the process may run on now.
func usedCPUs() (all unix.CPUSet, err error) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return all, err
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			continue
		}
		var its unix.CPUSet
		if err := unix.SchedGetaffinity(tid, &its); errors.Is(err, unix.ESRCH) {
			continue // it has ended
		} else if err != nil {
			return all, fmt.Errorf("affinity of thread %d: %w", tid, err)
		}
		for i := range its {
			all[i] |= its[i]
		}
	}
	return all, nil
}
