package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
)

// happen does to the process what a word of the table names, while threads add.
func (r *run) happen(event string) error {
	name, arg, _ := strings.Cut(event, ":")
	switch name {
	case "", "rlimit":
		return nil
	case "seccomp": // the name of a system call, an errno, the second argument's bound
		return r.filter(arg)
	case "exec": // how often
		return r.execute(arg)
	case "profile":
		return r.profile()
	case "unregister", "foreign": // how often
		n, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		if name == "foreign" {
			return r.foreign(n)
		}
		return r.unregister(n)
	}
	return fmt.Errorf("no event %q", event)
}

func (r *run) filter(arg string) error {
	words := strings.Split(arg, ",")
	f := backendtest.Filter{
		Syscall: map[string]uintptr{"rseq": unix.SYS_RSEQ, "membarrier": unix.SYS_MEMBARRIER}[words[0]],
		Errno:   map[string]unix.Errno{"ENOSYS": unix.ENOSYS, "EPERM": unix.EPERM, "EINVAL": unix.EINVAL}[words[1]],
	}
	if len(words) > 2 {
		over, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		f.Over = uint32(over)
	}
	release := r.hold(50)
	err := backendtest.FilterProcess([]backendtest.Filter{f})
	release()
	return err
}

// hold makes n threads add and then wait until they are released, to end.
func (r *run) hold(n int) (release func()) {
	var begun, ended sync.WaitGroup
	end := make(chan struct{})
	for range n {
		begun.Add(1)
		ended.Add(1)
		go func() {
			defer ended.Done()
			runtime.LockOSThread()
			r.addHere(10)
			begun.Done()
			<-end
			r.addHere(10)
		}()
	}
	begun.Wait()
	return func() {
		close(end)
		ended.Wait()
	}
}

// execute starts programs, from several goroutines at once.
func (r *run) execute(times string) error {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	path, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, 4)
	for range cap(errs) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range n / cap(errs) {
				if err := exec.Command(path).Run(); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	wg.Wait()
	close(errs)
	r.report.Happened = n
	return <-errs
}

// profile takes a CPU profile at 10 kHz.
func (r *run) profile() error {
	runtime.SetCPUProfileRate(10_000) // StartCPUProfile leaves it, and says so on standard error
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return err
	}
	time.Sleep(300 * time.Millisecond)
	pprof.StopCPUProfile()
	r.report.Happened = b.Len()
	return nil
}
