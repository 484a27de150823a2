package backendtest

import (
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// signalThreads sends every thread a signal that the Go runtime handles and
// nobody else sees.
func (t *Torment) signalThreads(i int) {
	sig := [...]syscall.Signal{syscall.SIGURG, syscall.SIGPROF}[i%2]
	for _, tid := range threads() {
		if syscall.Tgkill(os.Getpid(), tid, sig) == nil {
			t.Signals.Add(1)
		}
	}
}

// cpuMask is a cpu_set_t.
type cpuMask [1024 / 64]uint64

// allowed is the affinity that the process began with.
var allowed = func() (m cpuMask) {
	syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, unsafe.Sizeof(m), uintptr(unsafe.Pointer(&m)))
	return m
}()

func setAffinity(tid int, m cpuMask) bool {
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, uintptr(tid), unsafe.Sizeof(m), uintptr(unsafe.Pointer(&m)))
	return errno == 0
}

// migrateThreads moves every second thread to the next CPU, and lets the others
// go anywhere, so that threads also share CPUs and preempt each other.
func (t *Torment) migrateThreads(i int) {
	var cpus []int
	for cpu := range len(allowed) * 64 {
		if allowed[cpu/64]&(1<<(cpu%64)) != 0 {
			cpus = append(cpus, cpu)
		}
	}
	for n, tid := range threads() {
		m := allowed
		if n%2 == 0 && len(cpus) > 0 {
			cpu := cpus[(i+n/2)%len(cpus)]
			m = cpuMask{}
			m[cpu/64] = 1 << (cpu % 64)
		}
		if setAffinity(tid, m) {
			t.Migrations.Add(1)
		}
	}
}

func restoreAffinity() {
	for _, tid := range threads() {
		setAffinity(tid, allowed)
	}
}

// threads returns the IDs of the process's threads.
func threads() (tids []int) {
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if tid, err := strconv.Atoi(e.Name()); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids
}
