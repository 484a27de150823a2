package rseqbackend

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/feature"
)

// membarriers makes a first fence, and waits until it is known how all others are made.
func membarriers(t *testing.T, b *Backend, want FenceKind) {
	t.Helper()
	if err := b.Fence(backend.AllSlots); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); b.FenceKind() == FenceUnknown && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	if got := b.FenceKind(); got != want {
		t.Fatalf("fences: %s, want %s", got, want)
	}
}

// TestFenceDoesNotWait: the first fence of a process is made while the kernel takes its
// time, and a section that was under way never gets to its end; membarrier is used when
// it is ready and has been tried, and no goroutine is left.
func TestFenceDoesNotWait(t *testing.T) {
	b := openOrSkip(t)
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU") // here: a process that skips the test has not passed it
	}
	if !filtered(t, "not registered yet") {
		return
	}
	before := runtime.NumGoroutine()
	tried := make(chan bool)
	err := b.fences.begin(func() error { <-tried; return nil })
	if err != nil {
		t.Fatal(err)
	}
	fencesStop(t, func() error { return b.Fence(backend.AllSlots) })
	if got := b.FenceKind(); got != FenceUnknown {
		t.Errorf("fences: %s before the trial is over", got)
	}
	close(tried)
	membarriers(t, b, FenceMembarrier)
	for end := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, before %d", runtime.NumGoroutine(), before)
		}
	}
	if got := b.Stats().FenceFailures; len(got) > 0 {
		t.Errorf("failures: %v", got)
	}
}

// TestFenceRegistrationFails: fences that were granted go on if the trial fails, and the
// trial is repeated if the reason may have passed.
func TestFenceRegistrationFails(t *testing.T) {
	openOrSkip(t)
	for _, tt := range []struct {
		err     error
		repeats int32
	}{{fmt.Errorf("%w: %w", errNotFenced, backend.ErrNotSupported), 1}, {unix.ENOMEM, 3}} {
		b := &Backend{info: Info{Slots: 1}}
		var tries atomic.Int32
		for range 3 {
			if err := b.fences.begin(func() error { tries.Add(1); return tt.err }); err != nil {
				t.Errorf("%v: %v", tt.err, err)
			}
			decided := func() bool { // what to make of that
				b.fences.mu.Lock()
				defer b.fences.mu.Unlock()
				return b.fences.stopped.Load() && b.fences.begun == (tt.repeats == 1)
			}
			for end := time.Now().Add(30 * time.Second); !decided(); time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%v: tried %d times, and not decided", tt.err, tries.Load())
				}
			}
			if tt.repeats == 1 && b.Fence(0) != nil {
				t.Errorf("%v: a later fence is refused", tt.err)
			}
		}
		if got := tries.Load(); got != tt.repeats || b.FenceKind() != FenceStop {
			t.Errorf("%v: tried %d times, want %d; fences: %s", tt.err, got, tt.repeats, b.FenceKind())
		}
	}
}

// TestFenceStopsSections: a section that was under way when a fence began never
// gets to its end, whichever way the fence works.
func TestFenceStopsSections(t *testing.T) {
	b := openOrSkip(t)
	if runtime.NumCPU() < 2 {
		t.Skip("one CPU")
	}
	membarriers(t, b, FenceMembarrier)
	for name, fence := range map[string]func() error{
		"membarrier":     func() error { return b.Fence(backend.AllSlots) },
		"stop the world": func() error { backend.StopTheWorld(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			fencesStop(t, fence)
		})
	}
}

// fencesStop fences sections.
func fencesStop(t *testing.T, fence func() error) {
	t.Helper()
	b := openOrSkip(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	// Short sections, or something else interrupts those that the fence should.
	tested := 0
	for round := 0; round < 1000 && tested < 50; round++ {
		var state uint32
		result := make(chan bool)
		go feature.OnThread(func() {
			b.enter()
			result <- asm.Spin(&state, 500_000<<(round%4))
		})
		for atomic.LoadUint32(&state) == 0 {
			runtime.Gosched()
		}
		if err := fence(); err != nil {
			t.Fatal(err)
		}
		after := atomic.LoadUint32(&state)
		if aborted := <-result; after == asm.SpinStarted {
			tested++
			if !aborted {
				t.Error("a section went on after the fence")
			}
		}
	}
	if tested == 0 {
		t.Error("every section was over when the fence returned")
	}
}

// filteredEnv is set in the processes that filtered starts.
const filteredEnv = "PERCPU_TEST_FILTERED"

// filtered reports whether this is a process in which the test may install filters
// of its own. If not it runs the test in such ones, for each word once, which they
// find in filteredEnv.
func filtered(t *testing.T, words ...string) bool {
	t.Helper()
	if os.Getenv(filteredEnv) != "" {
		return true
	}
	for _, word := range words {
		cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), filteredEnv+"="+word)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Errorf("%s: %v\n%s", word, err, out)
		}
	}
	return false
}

func block(t *testing.T, errno unix.Errno, syscalls ...uintptr) {
	t.Helper()
	var filters []backendtest.Filter
	for _, nr := range syscalls {
		filters = append(filters, backendtest.Filter{Syscall: nr, Errno: errno})
	}
	if err := backendtest.FilterProcess(filters); err != nil {
		t.Fatal(err)
	}
}

// TestFenceBlocked: what Fence says where membarrier is refused, from the start
// or later.
func TestFenceBlocked(t *testing.T) {
	b := openOrSkip(t)
	if !filtered(t, "from the start", "later", "later, and affinity too") {
		return
	}
	how := os.Getenv(filteredEnv)
	wantKind := func(want FenceKind) {
		t.Helper()
		if got := b.FenceKind(); got != want {
			t.Errorf("fences: %s, want %s", got, want)
		}
	}
	wantKind(FenceUnknown)
	if how == "from the start" {
		block(t, unix.EPERM, unix.SYS_MEMBARRIER)
		for range 3 {
			if err := b.Fence(0); !errors.Is(err, unix.EPERM) || !errors.Is(err, backend.ErrNotSupported) {
				t.Errorf("%v, want EPERM, conclusively", err)
			}
		}
		wantKind(FenceNone)
		wantFenceFailures(t, b, "EPERM", 3)
		return
	}
	membarriers(t, b, FenceMembarrier)
	wantFenceFailures(t, b, "ENOSYS", 0)
	nrs := []uintptr{unix.SYS_MEMBARRIER}
	if how != "later" {
		nrs = append(nrs, unix.SYS_SCHED_SETAFFINITY, unix.SYS_SCHED_GETAFFINITY)
	}
	block(t, unix.ENOSYS, nrs...)
	for _, slot := range []int{0, backend.AllSlots} {
		if err := b.Fence(slot); err != nil {
			t.Errorf("%s: Fence(%d): %v", how, slot, err)
		}
	}
	wantKind(FenceStop)
	wantFenceFailures(t, b, "ENOSYS", 2)
}

func wantFenceFailures(t *testing.T, b *Backend, errno string, n uint64) {
	t.Helper()
	if got := b.Stats().FenceFailures; got[errno] != n || n == 0 && len(got) > 0 {
		t.Errorf("fence failures %v, want %s %d", got, errno, n)
	}
}

// TestFencePretended: a filter that answers "success" does not make a fence, be it
// there from the start or come later, for all of membarrier or for the fence alone.
func TestFencePretended(t *testing.T) {
	b := openOrSkip(t)
	if !filtered(t, "from the start", "later", "later, the fence alone") {
		return
	}
	how := os.Getenv(filteredEnv)
	if how == "from the start" {
		block(t, 0, unix.SYS_MEMBARRIER)
		if err := b.Fence(backend.AllSlots); !errors.Is(err, backend.ErrNotSupported) {
			t.Errorf("%v, want it refused", err)
		}
		return
	}
	membarriers(t, b, FenceMembarrier)
	if how == "later" {
		block(t, 0, unix.SYS_MEMBARRIER)
	} else {
		pretend(t, unix.SYS_MEMBARRIER, uint32(feature.MembarrierPrivateExpeditedRseq))
		if c, err := feature.MembarrierCommands(); err != nil || !c.Has(feature.MembarrierPrivateExpeditedRseq) {
			t.Fatalf("the query says %v, %v", c, err)
		}
	}
	for range 3 {
		if err := b.Fence(backend.AllSlots); err != nil {
			t.Error(err)
		}
	}
	if n := len(b.Stats().FenceFailures); n != 1 || b.FenceKind() != FenceStop {
		t.Errorf("%v, fences: %s; want every fence made another way", b.Stats().FenceFailures, b.FenceKind())
	}
}

// pretend installs a filter that answers "success" to a system call whose first
// argument is the one given.
func pretend(t *testing.T, nr uintptr, arg uint32) {
	t.Helper()
	const offsetNr, offsetArg0 = 0, 16 // in struct seccomp_data, little-endian
	const allow, success = 0x7fff0000, 0x00050000
	program := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offsetNr},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(nr), Jf: 3},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offsetArg0},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: arg, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: success},
		{Code: unix.BPF_RET | unix.BPF_K, K: allow},
	}
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	const modeFilter, tsync = 1, 1
	if _, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, modeFilter, tsync, uintptr(unsafe.Pointer(&prog))); errno != 0 {
		t.Fatal(errno)
	}
}

// TestTryFence: this kernel's fences abort sections, and one whose don't is found
// out.
func TestTryFence(t *testing.T) {
	b := openOrSkip(t)
	if runtime.NumCPU() < 2 || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("two threads have to run at a time")
	}
	membarriers(t, b, FenceMembarrier) // has tried it, too
	caught, trials := 0, 0
	end := time.Now().Add(30 * time.Second) // where others keep all CPUs busy, the two threads meet now and then
	for ; trials < 20 || caught == 0 && time.Now().Before(end); trials++ {
		feature.OnThread(func() {
			b.enter()
			if err := tryFence(asm.Spin); err != nil {
				t.Error(err)
			}
			switch err := tryFence(unaborted); {
			case errors.Is(err, errNotFenced) && errors.Is(err, backend.ErrNotSupported):
				caught++
			case err != nil:
				t.Error(err)
			}
		})
	}
	if caught == 0 {
		t.Errorf("a section that can't be aborted was not noticed in %d trials", trials)
	}
	t.Logf("noticed in %d of %d trials", caught, trials)
}
