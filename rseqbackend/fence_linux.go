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
// A process must be registered for that, which takes the kernel milliseconds. The
// first Fence begins it in the background, with a section that a fence must abort, and
// nobody waits: until it is done fences stop the world (see backend.StopTheWorld).
//
// Where the kernel has no such membarrier, or it is refused, the first Fence returns an
// error, and so does every later one. If it turns out only later that it is of no use,
// because a seccomp filter came while the process ran, say, whoever has relied on Fence
// could not go back: then it goes on stopping the world, which is slower but nobody can
// refuse, and counts the errno in Stats.FenceFailures.
func (b *Backend) Fence(slot int) error {
	if slot < backend.AllSlots || slot >= b.info.Slots {
		return fmt.Errorf("percpu/rseqbackend: fence: no slot %d of %d", slot, b.info.Slots)
	}
	if err := b.fences.begin(b.tryFence); err != nil {
		b.fences.failures.add(err)
		return err
	}
	if b.fences.ready.Load() {
		flags, cpu := membarrierCPU, slot
		if slot == backend.AllSlots || b.info.Index != IndexCPUID {
			flags, cpu = 0, 0
		}
		err := fence(flags, cpu)
		if err == nil {
			return nil
		}
		b.fences.refused(err)
	}
	backend.StopTheWorld()
	return nil
}

// FenceKind says how the fences of the process are made, as far as that is known.
func (b *Backend) FenceKind() FenceKind {
	b.fences.mu.Lock()
	defer b.fences.mu.Unlock()
	switch {
	case b.fences.err != nil:
		return FenceNone
	case b.fences.stopped.Load():
		return FenceStop
	case b.fences.ready.Load():
		return FenceMembarrier
	}
	return FenceUnknown
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
	if _, _, errno := unix.RawSyscall(unix.SYS_MEMBARRIER, uintptr(feature.MembarrierPrivateExpeditedRseq), noFlag, 0); errno != unix.EINVAL {
		return fmt.Errorf("percpu/rseqbackend: membarrier %v: %w", feature.MembarrierPrivateExpeditedRseq, errPretended)
	}
	return nil
}

// fences is the process's registration for membarrier(2). It is made by a goroutine
// that ends with it, so that it costs nothing where there is no fence: the kernel takes
// a grace period, in which the runtime's monitor thread looks around all the time.
type fences struct {
	ready    syncatomic.Bool // registered and tried
	stopped  syncatomic.Bool // the world, because membarrier was refused
	failures failures

	mu    sync.Mutex // not held meanwhile
	begun bool
	err   error // why there are no fences, conclusively
}

// begin has the process registered, and try called, in the background, if nobody has
// before. An error says that it can't be.
func (f *fences) begin(try func() error) error {
	if f.ready.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.begun || f.err != nil {
		return f.err
	}
	err := canFence()
	switch {
	case err == nil:
		f.begun = true
		go f.register(try)
	case errors.Is(err, backend.ErrNotSupported):
		f.err = err
	}
	return err
}

// register is tried again by the next Fence if it fails for a reason that may pass.
func (f *fences) register(try func() error) {
	err := membarrier(feature.MembarrierRegisterPrivateExpeditedRseq, 0, 0)
	if err == nil {
		err = try()
	}
	if err == nil {
		f.ready.Store(true)
		return
	}
	f.refused(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun = errors.Is(err, backend.ErrNotSupported)
}

func (f *fences) refused(err error) {
	f.failures.add(err)
	f.stopped.Store(true)
}

// canFence asks for the commands, not more. A filter that answers "success" in the
// kernel's place is found out by the empty list.
func canFence() error {
	const need = feature.MembarrierPrivateExpeditedRseq | feature.MembarrierRegisterPrivateExpeditedRseq
	commands, err := feature.MembarrierCommands()
	if err != nil {
		return conclusive(err)
	}
	if !commands.Has(need) {
		return fmt.Errorf("percpu/rseqbackend: membarrier: the kernel has only %v: %w", commands, backend.ErrNotSupported)
	}
	return nil
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
// interruptions.
func (b *Backend) tryFence() (err error) {
	feature.OnThread(func() {
		if b.enter() { // or it is undecided
			err = tryFence(asm.Spin)
		}
	})
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
