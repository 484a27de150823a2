package bench

import (
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// osThread is the calling thread, locked and pinned.
type osThread struct {
	cpu      int
	previous unix.CPUSet
	stat     *os.File // nil if the kernel doesn't account for run delays (CONFIG_SCHED_INFO)
}

// allowedCPUs returns the CPUs that this thread may run on.
func allowedCPUs() ([]int, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, err
	}
	var cpus []int
	for cpu := range len(set) * 8 * int(unsafe.Sizeof(set[0])) {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus, nil
}

// pin binds the calling thread, which must be locked, to a CPU.
func pin(cpu int) (*osThread, error) {
	th := &osThread{cpu: cpu}
	if err := unix.SchedGetaffinity(0, &th.previous); err != nil {
		return nil, err
	}
	var set unix.CPUSet
	set.Set(cpu)
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return nil, err
	}
	th.stat, _ = os.Open(fmt.Sprintf("/proc/self/task/%d/schedstat", unix.Gettid()))
	return th, nil
}

func (th *osThread) unpin() error {
	if th.stat != nil {
		th.stat.Close()
	}
	return unix.SchedSetaffinity(0, &th.previous)
}

func (th *osThread) pinned() bool { return true }

func (th *osThread) timed() bool { return th.stat != nil }

// current returns the CPU that the calling thread runs on, by getcpu(2).
func (th *osThread) current() int {
	var cpu uint32
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); errno != 0 {
		return -1
	}
	return int(cpu)
}

// delay returns how long the thread has waited for a CPU, ever, while it could
// have run: the second number of schedstat.
func (th *osThread) delay() time.Duration {
	if th.stat == nil {
		return 0
	}
	var buf [96]byte
	n, _ := th.stat.ReadAt(buf[:], 0)
	var running, waiting int64
	fmt.Sscan(string(buf[:n]), &running, &waiting)
	return time.Duration(waiting)
}
