package rseqbackend

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
)

// membarrierCPU is MEMBARRIER_CMD_FLAG_CPU of <linux/membarrier.h>.
const membarrierCPU = 1

// fences holds the process's registration for membarrier(2), made by the first
// Fence because it takes the kernel a grace period.
type fences struct {
	once sync.Once
	err  error
}

// Fence restarts the sections that run on a slot's CPU, or on every CPU, by
// membarrier PRIVATE_EXPEDITED_RSEQ (kernel 5.10, commit 2a36ab717e8f). The
// system call is a full barrier for the caller and for every thread it
// interrupts. With index mm_cid a slot has no CPU of its own, so all are
// restarted.
func (b *Backend) Fence(slot int) error {
	if slot < backend.AllSlots || slot >= b.info.Slots {
		return fmt.Errorf("percpu/rseqbackend: fence: no slot %d of %d", slot, b.info.Slots)
	}
	b.fences.once.Do(func() { b.fences.err = membarrier(feature.MembarrierRegisterPrivateExpeditedRseq, 0, 0) })
	if b.fences.err != nil {
		return b.fences.err
	}
	if slot == backend.AllSlots || b.info.Index != IndexCPUID {
		return membarrier(feature.MembarrierPrivateExpeditedRseq, 0, 0)
	}
	return membarrier(feature.MembarrierPrivateExpeditedRseq, membarrierCPU, slot)
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
