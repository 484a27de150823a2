package rseqbackend

import (
	"errors"
	"fmt"
	"sync"
	syncatomic "sync/atomic"

	"golang.org/x/sys/unix"

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
// process ran, whoever has relied on Fence could not go back: then it does the
// same by a slower way that needs no membarrier (see visit), and counts the errno
// in Stats.FenceFailures. An error is left for when that way is barred, too.
func (b *Backend) Fence(slot int) error {
	if slot < backend.AllSlots || slot >= b.info.Slots {
		return fmt.Errorf("percpu/rseqbackend: fence: no slot %d of %d", slot, b.info.Slots)
	}
	if err := b.fences.register(); err != nil {
		b.fences.failures.add(err)
		return err
	}
	flags, cpu := membarrierCPU, slot
	if slot == backend.AllSlots || b.info.Index != IndexCPUID {
		flags, cpu = 0, 0
	}
	err := membarrier(feature.MembarrierPrivateExpeditedRseq, flags, cpu)
	if err == nil {
		return nil
	}
	b.fences.failures.add(err)
	if e := visit(); e != nil {
		return fmt.Errorf("%w, nor could every CPU be visited: %w", err, e)
	}
	return nil
}

// fences holds the process's registration for membarrier(2), made by the first
// Fence because it takes the kernel a grace period.
type fences struct {
	registered syncatomic.Bool
	failures   failures

	mu  sync.Mutex
	err error // a conclusive one
}

func (f *fences) register() error {
	if f.registered.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.registered.Load() || f.err != nil {
		return f.err
	}
	err := registerMembarrier()
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
