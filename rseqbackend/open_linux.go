package rseqbackend

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/asm"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
	"github.com/percpu-go/percpu/rseqbackend/internal/threadarea"
)

var opened struct {
	mu      sync.Mutex
	backend atomic.Pointer[Backend]
	err     error
}

// Open returns the process's rseq backend, or why there is none. A conclusive
// error (backend.ErrNotSupported in its chain) is remembered, any other is
// tried again by the next call, and so is a version of Go that was not allowed.
func Open() (*Backend, error) {
	opened.mu.Lock()
	defer opened.mu.Unlock()
	if b := opened.backend.Load(); b != nil || opened.err != nil {
		return b, opened.err
	}
	unlisted, err := checkThisGo()
	if err != nil {
		return nil, err
	}
	b, err := open()
	switch {
	case err == nil:
		b.info.UnlistedGo = unlisted
		opened.backend.Store(b)
	case errors.Is(err, backend.ErrNotSupported):
		opened.err = err
	}
	return b, err
}

func open() (*Backend, error) {
	if !asm.Supported {
		return nil, fmt.Errorf("percpu/rseqbackend: no critical sections for %s in this build: %w", runtime.GOARCH, backend.ErrNotSupported)
	}
	if err := audit(asm.Sections()); err != nil {
		return nil, err
	}
	if !asm.LeafCalls() {
		return nil, fmt.Errorf("percpu/rseqbackend: arguments of calls to assembly don't arrive where %s should put them: %w", runtime.Version(), backend.ErrNotSupported)
	}
	if err := checkThisKernel(); err != nil {
		return nil, err
	}
	auxv, _ := feature.RseqAuxv() // with an error come values that every kernel honours
	b := &Backend{areas: newAreas()}
	if err := b.examineThreads(auxv); err != nil {
		return nil, err
	}
	fields := feature.FieldsFor(b.info.UsableSize)
	b.info.Fields = fields.String()
	var err error
	if b.info.Index, err = chooseIndex(os.Getenv(IndexEnv), fields, nodes()); err != nil {
		return nil, err
	}
	b.info.Slots, b.info.Overflow = slots(), backend.OverflowSlots
	b.memory, err = backend.NewMemory(b, backend.Geometry{
		Slots:    b.info.Slots,
		Overflow: b.info.Overflow,
		Avoid:    []uintptr{uintptr(b.pageOffset)},
		Leaf:     backend.LeafRseq,
	})
	if err != nil {
		return nil, err
	}
	asm.Setup(b.anchorToArea, b.info.Index.offset(), uint32(min(runtime.NumCPU(), b.info.Slots)))
	asm.Use(b.variant())
	return b, nil
}

// variant returns which leaves suit the process.
func (b *Backend) variant() asm.Variant {
	variant := map[Index]asm.Variant{IndexCPUID: asm.OwnCPUID, IndexMMCID: asm.OwnMMCID}
	if b.info.Process == ProcessLibc {
		variant = map[Index]asm.Variant{IndexCPUID: asm.LibcCPUID, IndexMMCID: asm.LibcMMCID}
	}
	return variant[b.info.Index]
}

// conclusive translates package feature's word for a final answer to ours.
func conclusive(err error) error {
	if errors.Is(err, feature.ErrNotSupported) {
		return fmt.Errorf("percpu/rseqbackend: %w: %w", err, backend.ErrNotSupported)
	}
	return fmt.Errorf("percpu/rseqbackend: %w", err)
}

// slots returns the bound of CPU numbers. Where it can't be known, the CPUs that
// are there do: threads with a higher index use overflow slots.
func slots() int {
	if n, err := feature.CPUBound(); err == nil {
		return n
	}
	return runtime.NumCPU()
}

// nodes returns the number of NUMA nodes, or where it can't be known more than
// one: an index that suits several suits one.
func nodes() int {
	if nodes, err := feature.NUMANodes(); err == nil {
		return nodes.Count()
	}
	return 2
}

// Threads that examineThreads looks at before it gives up: as many as have a foreign
// area, or can't be registered because of one.
const (
	maxAnchored = 64
	maxTaken    = 8
)

// errAnchored is a thread that has an area of someone else's at its anchor: another
// copy of this package's.
var errAnchored = errors.New("every thread that was tried has a foreign area at its anchor")

// examineThreads examines a thread. One that someone else has registered, another
// copy of this package or a library, proves nothing; then it examines another.
func (b *Backend) examineThreads(auxv feature.Auxv) (err error) {
	taken := 0
	feature.OnFitThread(maxAnchored, func() bool {
		err = b.examine(auxv)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EBUSY) {
			taken++
			return taken == maxTaken // enough of them: it isn't the threads
		}
		return !errors.Is(err, errAnchored)
	})
	return err
}

// examine finds out, on a locked thread that has never been registered by us,
// whether rseq(2) may be called, whose thread block the thread pointer points to,
// and whether areas work there. It leaves nothing behind on the thread if that is
// someone else's.
func (b *Backend) examine(auxv feature.Auxv) error {
	if err := feature.RseqSyscallHere(); err != nil {
		return conclusive(err)
	}
	tp, libc, err := threadPointer()
	switch {
	case err != nil:
		return fmt.Errorf("percpu/rseqbackend: read the thread pointer: %w: %w", err, backend.ErrNotSupported)
	case libc:
		return b.examineLibc(tp, auxv, threadarea.Linked)
	}
	return b.examineGo(auxv)
}

// examineGo checks that the runtime's thread block is as expected, and tries a
// registration.
func (b *Backend) examineGo(auxv feature.Auxv) error {
	if found, expected := asm.RuntimeLayout(); found != expected {
		return fmt.Errorf("percpu/rseqbackend: thread block: found %#x, expected %#x: %w", found, expected, backend.ErrNotSupported)
	}
	if a, _, _ := asm.State(); a != 0 {
		return fmt.Errorf("percpu/rseqbackend: thread block: an area at %#x: %w", a, errAnchored)
	}
	return b.borrow(min(auxv.AreaSize(), maxAreaSize), func(area *asm.Area, size uint32) error {
		b.info = Info{Process: ProcessGo, AreaOwner: OwnerOurs, AreaSize: size, UsableSize: min(size, auxv.FeatureSize)}
		b.pageOffset = pageOffset(area)
		before := asm.Anchor()
		asm.SetAnchor(uintptr(unsafe.Pointer(area)))
		defer asm.SetAnchor(before)
		return trial(asm.Spin)
	})
}

// borrow registers the calling thread with an area of its own while f runs, and
// then unregisters it and unmaps the area. If that fails the area stays.
func (b *Backend) borrow(length uint32, f func(area *asm.Area, size uint32) error) error {
	mem, err := unix.Mmap(-1, 0, areaPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return fmt.Errorf("percpu/rseqbackend: map an area: %w", err)
	}
	area := (*asm.Area)(unsafe.Pointer(&mem[areaOffset]))
	atomic.StoreUintptr(ownerOf(area), asm.AreaOwner())
	size, err := tryRegister(area, length)
	if err == nil {
		err = f(area, size)
		if e := sysRseq(area, size, rseqUnregister); e != nil {
			return errors.Join(err, fmt.Errorf("percpu/rseqbackend: unregister: %w: %w", e, backend.ErrNotSupported))
		}
	} else {
		err = refused(err)
	}
	_ = unix.Munmap(mem) // or it stays
	return err
}

// maxAreaSize bounds the length of own areas, to the room there is for each. A kernel
// that wants more takes the original length. Tests lower it, to have that on every
// kernel.
var maxAreaSize uint32 = areaPage - areaOffset

// errNoEffect is a filter that answers rseq(2) in the kernel's place.
var errNoEffect = errors.New("rseq(2) succeeded and left cpu_id alone")

// tryRegister registers an area of the given length, or of the original length
// where a filter or an old kernel wants that, and returns the length that went.
// All fields that can be an index are within the original length.
func tryRegister(area *asm.Area, length uint32) (uint32, error) {
	err := register(area, length)
	if errors.Is(err, unix.EINVAL) && length > asm.OrigAreaSize {
		length = asm.OrigAreaSize
		err = register(area, length)
	}
	if err == nil && atomic.LoadInt32(&area.CPUID) < 0 {
		err = errNoEffect
	}
	return length, err
}

// refused is the error of a registration on a thread that nobody else could
// have registered. Lack of memory or a bad address may pass, a refusal stays.
func refused(err error) error {
	switch {
	case errors.Is(err, unix.EFAULT), errors.Is(err, unix.ENOMEM), errors.Is(err, unix.EAGAIN):
		return fmt.Errorf("percpu/rseqbackend: register: %w", err)
	}
	return fmt.Errorf("percpu/rseqbackend: register: %w: %w", err, backend.ErrNotSupported)
}
