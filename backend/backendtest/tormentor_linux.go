package backendtest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// tormentorEnv turns a second copy of the test binary into the tormentor of the
// process whose ID it holds.
const tormentorEnv = "PERCPU_TORMENT_PID"

func init() {
	if s := os.Getenv(tormentorEnv); s != "" {
		pid, err := strconv.Atoi(s)
		if err != nil || pid <= 1 {
			fmt.Fprintf(os.Stderr, "%s=%q: want a process ID\n", tormentorEnv, s)
			os.Exit(2)
		}
		torment(pid)
		os.Exit(0)
	}
}

// tormentor is the second process, seen from the first.
type tormentor struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   io.Reader
}

func startTormentor() (*tormentor, error) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), tormentorEnv+"="+strconv.Itoa(os.Getpid()),
		"GORACE=atexit_sleep_ms=0") // a second at each end, in a build with the race detector
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	t := &tormentor{cmd, stdin, out}
	return t, t.scan(new(string)) // "ready": a short test would be over before the torment began
}

// scan reads words that the second process prints.
func (t *tormentor) scan(words ...any) error {
	if _, err := fmt.Fscan(t.out, words...); err != nil {
		return fmt.Errorf("tormentor: %w", err)
	}
	return nil
}

func (t *tormentor) stop() (o Outside, err error) {
	t.stdin.Close()
	if err := t.scan(&o.Signals, &o.Migrations); err != nil {
		return o, err
	}
	return o, t.cmd.Wait()
}

// torment is the second process: it torments until its standard input ends, as
// it also does when the first process is killed. It prints "ready" when it has
// begun, and in the end what it did.
func torment(pid int) {
	var stopped atomic.Bool
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stopped.Store(true)
	}()
	outrank()
	var o Outside
	allowed := affinity(pid)
	for i := 0; !stopped.Load(); i++ {
		began := time.Now()
		tids := threads(pid)
		sig := [...]syscall.Signal{syscall.SIGURG, syscall.SIGPROF}[i%2]
		for _, tid := range tids {
			if syscall.Tgkill(pid, tid, sig) == nil {
				o.Signals++
			}
		}
		if i%3 == 0 {
			o.Migrations += migrate(tids, allowed, i)
		}
		if i == 0 {
			fmt.Println("ready")
		}
		// Longer than that took: on a single CPU nobody else would run. Not
		// time.Sleep, which would need another thread to wake this one.
		pause := syscall.NsecToTimespec(max(100*time.Microsecond, 2*time.Since(began)).Nanoseconds())
		_ = syscall.Nanosleep(&pause, nil)
	}
	release(pid, allowed)
	fmt.Println(o.Signals, o.Migrations)
}

// release lets all threads run anywhere again. A thread that one of them begins
// meanwhile may have inherited its creator's single CPU, and would hand it on to
// every process that it starts; so it goes on until it finds none like that.
func release(pid int, allowed cpuMask) {
	for bound := true; bound; {
		bound = false
		for _, tid := range threads(pid) {
			if affinity(tid) != allowed && setAffinity(tid, allowed) && affinity(tid) == allowed {
				bound = true
			}
		}
	}
}

// outrank makes this process run as soon as it wakes, if we may: or else the
// threads of the first, always busy, would let it run every few milliseconds.
func outrank() {
	const schedFIFO = 1
	priority := int32(1) // struct sched_param
	for _, tid := range threads(os.Getpid()) {
		_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, uintptr(tid), schedFIFO, uintptr(unsafe.Pointer(&priority)))
		if errno != 0 {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, tid, -20) // nor this, perhaps
		}
	}
}

// cpuMask is a cpu_set_t.
type cpuMask [1024 / 64]uint64

func affinity(tid int) (m cpuMask) {
	syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, uintptr(tid), unsafe.Sizeof(m), uintptr(unsafe.Pointer(&m)))
	return m
}

func setAffinity(tid int, m cpuMask) bool {
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), unsafe.Sizeof(m), uintptr(unsafe.Pointer(&m)))
	return errno == 0
}

// migrate moves every second thread to another CPU and lets the others go
// anywhere, so that threads also share CPUs and preempt each other.
func migrate(tids []int, allowed cpuMask, i int) (n int) {
	var cpus []int
	for cpu := range len(allowed) * 64 {
		if allowed[cpu/64]&(1<<(cpu%64)) != 0 {
			cpus = append(cpus, cpu)
		}
	}
	for k, tid := range tids {
		m := allowed
		if k%2 == 0 && len(cpus) > 0 {
			cpu := cpus[(i/3+k/2)%len(cpus)]
			m = cpuMask{}
			m[cpu/64] = 1 << (cpu % 64)
		}
		if setAffinity(tid, m) {
			n++
		}
	}
	return n
}

// threads returns the IDs of a process's threads.
func threads(pid int) (tids []int) {
	paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
	for _, p := range paths {
		if tid, err := strconv.Atoi(filepath.Base(p)); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids
}
