package rseqbackend

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	syncatomic "sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// membarrierCPU is MEMBARRIER_CMD_FLAG_CPU of <linux/membarrier.h>.
const membarrierCPU = 1

// Fence restarts the sections that run on a slot's CPU, or on every CPU, by
// membarrier PRIVATE_EXPEDITED_RSEQ (kernel 5.10, commit 2a36ab717e8f). The
// system call is a full barrier for the caller and for every thread it
// interrupts. With index mm_cid a slot has no CPU of its own, so all are
// restarted.
//
// Where membarrier is refused the first Fence returns an error, and so does every
// later one. If it is refused only later, by a seccomp filter that came while the
// process ran, whoever has relied on Fence could not go back: then it stops the
// world, which is slower but nobody can refuse, and counts the errno in
// Stats.FenceFailures.
func (b *Backend) Fence(slot int) error {
	if slot < backend.AllSlots || slot >= b.info.Slots {
		return fmt.Errorf("percpu/rseqbackend: fence: no slot %d of %d", slot, b.info.Slots)
	}
	if err := b.fences.register(b.tryFence); err != nil {
		b.fences.failures.add(err)
		return err
	}
	flags, cpu := membarrierCPU, slot
	if slot == backend.AllSlots || b.info.Index != IndexCPUID {
		flags, cpu = 0, 0
	}
	if err := fence(flags, cpu); err != nil {
		b.fences.failures.add(err)
		b.fences.stopped.Store(true)
		backend.StopTheWorld()
	}
	return nil
}

// FenceKind says how the fences of the process are made, as far as that is known.
func (b *Backend) FenceKind() FenceKind {
	b.fences.mu.Lock()
	defer b.fences.mu.Unlock()
	switch {
	case b.fences.err != nil:
		return FenceNone
	case !b.fences.registered.Load():
		return FenceUnknown
	case b.fences.stopped.Load():
		return FenceStop
	}
	return FenceMembarrier
}

var errPretended = errors.New("a filter answers in the kernel's place")

// fence makes a fence by membarrier. "Success" may be the word of a filter that came
// after the process was registered, and means nothing then; so the command is tried
// once more with a flag that no kernel knows and every kernel refuses before it does
// anything. A filter that was there for the first call is there for the second, on
// the same thread: filters stay. (That the process is still registered need not be
// asked: the kernel refuses the command otherwise.)
func fence(flags, cpu int) error {
	const noFlag = 1 << 30
	runtime.LockOSThread() // filters are a thread's
	defer runtime.UnlockOSThread()
	if err := membarrier(feature.MembarrierPrivateExpeditedRseq, flags, cpu); err != nil {
		return err
	}
	if err := membarrier(feature.MembarrierPrivateExpeditedRseq, noFlag, 0); !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("percpu/rseqbackend: membarrier %v: %w", feature.MembarrierPrivateExpeditedRseq, errPretended)
	}
	return nil
}

// fences holds the process's registration for membarrier(2), made by the first
// Fence because it takes the kernel a grace period. The first one also has a fence
// tried.
type fences struct {
	registered syncatomic.Bool
	stopped    syncatomic.Bool // the world, at least once
	failures   failures

	mu  sync.Mutex
	err error // a conclusive one
}

func (f *fences) register(try func() error) error {
	if f.registered.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.registered.Load() || f.err != nil {
		return f.err
	}
	err := registerMembarrier()
	if err == nil {
		err = try()
	}
	switch {
	case err == nil:
		f.registered.Store(true)
	case errors.Is(err, backend.ErrNotSupported):
		f.err = err
	}
	return err
}

// registerMembarrier asks for the command before it registers: a filter that
// answers "success" in the kernel's place is found out by the empty list.
func registerMembarrier() error {
	const need = feature.MembarrierPrivateExpeditedRseq | feature.MembarrierRegisterPrivateExpeditedRseq
	commands, err := feature.MembarrierCommands()
	if err != nil {
		return conclusive(err)
	}
	if !commands.Has(need) {
		return fmt.Errorf("percpu/rseqbackend: membarrier: the kernel has only %v: %w", commands, backend.ErrNotSupported)
	}
	return membarrier(feature.MembarrierRegisterPrivateExpeditedRseq, 0, 0)
}

// errNotFenced is a kernel whose fences do not abort sections.
var errNotFenced = errors.New("the kernel let a section go on after a fence")

// Sections that tryFence runs, the turns of the first one, some ten times as long as
// a fence takes, how long it waits for the thread that fences, before each, and how
// long that one then spins. In a process that keeps all its Ps busy they may not meet.
const (
	fenceTries = 2
	fenceTurns = 150_000
	fenceWait  = 2 * time.Millisecond
	fenceSpin  = 200 * time.Microsecond
)

// tryFence finds out whether a fence aborts sections, as trial does for other
// interruptions. It registers the thread that it runs on, which is not the main
// thread: that one may never do anything here.
func (b *Backend) tryFence() (err error) {
	try := func() {
		if b.enter() { // or it is undecided
			err = tryFence(asm.Spin)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if unix.Gettid() == unix.Getpid() {
		feature.OnThread(try)
	} else {
		try()
	}
	return err
}

func tryFence(spin spinFunc) error {
	r := disturb(context.Background(), spin, disturbance{
		before: func() error { return nil },
		act:    func() error { return fence(0, 0) },
		turns:  fenceTurns, tries: fenceTries, wait: fenceWait, spin: fenceSpin,
		enough: 1,
	})
	if r.Verdict == Violated {
		return fmt.Errorf("percpu/rseqbackend: membarrier: %w: %w", errNotFenced, backend.ErrNotSupported)
	}
	return nil
}

func membarrier(cmd feature.Membarrier, flags, cpu int) error {
	_, _, errno := unix.Syscall(unix.SYS_MEMBARRIER, uintptr(cmd), uintptr(flags), uintptr(cpu))
	switch errno {
	case 0:
		return nil
	case unix.ENOSYS, unix.EPERM, unix.EINVAL:
		return fmt.Errorf("percpu/rseqbackend: membarrier %v: %w: %w", cmd, errno, backend.ErrNotSupported)
	}
	return fmt.Errorf("percpu/rseqbackend: membarrier %v: %w", cmd, errno)
}
