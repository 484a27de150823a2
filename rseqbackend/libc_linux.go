package rseqbackend

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
	"github.com/percpu-go/percpu/rseqbackend/internal/threadarea"
)

var (
	// errTurnedOff is why libc registers nothing on a kernel that lets us.
	errTurnedOff = errors.New("turned off by the tunable glibc.pthread.rseq")

	// errNoPlace: nothing of ours is in the thread blocks of a C library.
	errNoPlace = errors.New("libc's threads have no place for an area of ours, unless the program imports rseqbackend/cgotls")
)

// examineLibc finds out where areas are in a process whose thread blocks are a C
// library's: libc's own, which it has registered for every thread, or those of
// package cgotls if the program has it linked.
func (b *Backend) examineLibc(tp uintptr, auxv feature.Auxv, linked *threadarea.Provider) error {
	libc, err := findLibc(linked)
	if usable := libc.UsableSize(auxv); err == nil && usable > 0 {
		b.info = Info{Process: ProcessLibc, Libc: libc.Object, AreaOwner: OwnerLibc, AreaSize: max(libc.Size, asm.OrigAreaSize), UsableSize: usable}
		return b.examineLibcArea(tp, libc)
	}
	if linked != nil {
		return b.examineLinked(tp, auxv, linked, err)
	}
	switch {
	case err == nil:
		return fmt.Errorf("percpu/rseqbackend: %s has no rseq area: %w: %w", libc.Object, b.whyNoArea(auxv), backend.ErrNotSupported)
	case errors.Is(err, feature.ErrNotSupported):
		return fmt.Errorf("percpu/rseqbackend: %w; %w: %w", err, errNoPlace, backend.ErrNotSupported)
	}
	return conclusive(err)
}

// findLibc returns libc's rseq area. The linker's word is asked for where looking
// has found nothing for want of a symbol table.
func findLibc(linked *threadarea.Provider) (feature.Libc, error) {
	libc, err := feature.LibcRseq()
	if err != nil && linked != nil && linked.Libc {
		return feature.Libc{Object: "the executable", Static: true, Offset: linked.LibcOffset, Size: linked.LibcSize}, nil
	}
	return libc, err
}

// examineLibcArea tries the area that libc has registered for this thread.
func (b *Backend) examineLibcArea(tp uintptr, libc feature.Libc) error {
	b.anchorToArea = libc.Offset
	area := areaAt(tp + uintptr(libc.Offset))
	b.pageOffset = pageOffset(area)
	if id := atomic.LoadInt32(&area.CPUID); registrable(id) {
		// The thread may have been begun by one that somebody had unregistered.
		if _, err := tryRegister(area, b.info.AreaSize); err != nil {
			return fmt.Errorf("percpu/rseqbackend: %s left this thread without an rseq area (cpu_id %d): %w", libc.Object, id, refused(err))
		}
	} else if id < 0 {
		return fmt.Errorf("percpu/rseqbackend: cpu_id is %d in %s's rseq area: %w", id, libc.Object, backend.ErrNotSupported)
	}
	asm.Setup(libc.Offset, 0, 0) // no slots yet: nothing but Spin finds the area
	return trial(asm.Spin)
}

// examineLinked tries the area that package cgotls keeps for this thread, because
// libc registers none, or if libcErr isn't nil, hides it well. In the second case
// the kernel refuses ours if libc has one.
func (b *Backend) examineLinked(tp uintptr, auxv feature.Auxv, p *threadarea.Provider, libcErr error) error {
	length := auxv.AreaSize()
	if length > p.Size || auxv.AreaAlign() > p.Align {
		length = asm.OrigAreaSize // which every kernel accepts
	}
	b.keep = p.Keep
	if err := b.keepArea(length); err != nil {
		return fmt.Errorf("percpu/rseqbackend: cgotls: %w", err)
	}
	area := areaAt(tp + uintptr(p.Offset))
	length, err := tryRegister(area, length)
	if err != nil {
		if libcErr != nil {
			err = fmt.Errorf("%w (and %w)", err, libcErr)
		}
		return refused(err)
	}
	b.info = Info{Process: ProcessLibc, AreaOwner: OwnerOurs, AreaSize: length, UsableSize: min(length, auxv.FeatureSize)}
	b.anchorToArea = p.Offset
	b.pageOffset = pageOffset(area)
	asm.Setup(p.Offset, 0, 0)
	err = trial(asm.Spin)
	if e := sysRseq(area, length, rseqUnregister); err == nil && e != nil {
		err = fmt.Errorf("percpu/rseqbackend: unregister: %w: %w", e, backend.ErrNotSupported)
	}
	return err
}

// keepArea sees to it that the calling thread's area is unregistered before its
// memory goes, where that is for us to see to. An error is a unix.Errno.
func (b *Backend) keepArea(length uint32) error {
	if b.keep != nil {
		if errno := b.keep(length); errno != 0 {
			return unix.Errno(errno)
		}
	}
	return nil
}

// whyNoArea finds out why libc could not register this thread, by trying.
func (b *Backend) whyNoArea(auxv feature.Auxv) error {
	if err := b.borrow(auxv.AreaSize(), func(*asm.Area, uint32) error { return nil }); err != nil {
		return err
	}
	return fmt.Errorf("%w; %w", errTurnedOff, errNoPlace)
}

func pageOffset(a *asm.Area) uint32 {
	return uint32(uintptr(unsafe.Pointer(a)) % areaPage)
}
