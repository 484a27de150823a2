package rseqbackend

import (
	"errors"
	"fmt"
	"math"
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
// tried again by the next call.
func Open() (*Backend, error) {
	opened.mu.Lock()
	defer opened.mu.Unlock()
	if b := opened.backend.Load(); b != nil || opened.err != nil {
		return b, opened.err
	}
	b, err := open()
	switch {
	case err == nil:
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
	if err := checkThisKernel(); err != nil {
		return nil, err
	}
	if err := feature.RseqSyscall(); err != nil {
		return nil, conclusive(err)
	}
	auxv, _ := feature.RseqAuxv() // with an error come values that every kernel honours
	b := &Backend{areas: newAreas()}
	var err error
	feature.OnThread(func() { err = b.examine(auxv) })
	if err != nil {
		return nil, err
	}
	fields := feature.FieldsFor(b.info.UsableSize)
	b.info.Fields = fields.String()
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

// slots returns the bound of CPU numbers. Where it can't be known, a guess does:
// threads with a higher index use overflow slots.
func slots() int {
	if possible, err := feature.PossibleCPUs(); err == nil {
		return possible.Max() + 1
	}
	return max(64, runtime.NumCPU())
}

// nodes returns the number of NUMA nodes, or where it can't be known more than
// one: an index that suits several suits one.
func nodes() int {
	if nodes, err := feature.NUMANodes(); err == nil {
		return nodes.Count()
	}
	return 2
}

// examine finds out, on a locked thread that has never been registered by us,
// whose thread block the thread pointer points to, and whether areas work there.
func (b *Backend) examine(auxv feature.Auxv) error {
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
	if err := checkGoVersion(runtime.Version()); err != nil {
		return err
	}
	if found, expected := asm.RuntimeLayout(); found != expected {
		return fmt.Errorf("percpu/rseqbackend: thread block: found %#x, expected %#x: %w", found, expected, backend.ErrNotSupported)
	}
	if a, _, _ := asm.State(); a != 0 {
		return fmt.Errorf("percpu/rseqbackend: thread block: a fresh thread has an area at %#x: %w", a, backend.ErrNotSupported)
	}
	area, err := b.areas.take(unix.Gettid())
	if err != nil {
		return fmt.Errorf("percpu/rseqbackend: map an area: %w", err)
	}
	defer b.areas.put(unix.Gettid())
	size, err := tryRegister(area, min(auxv.AreaSize(), maxAreaSize))
	if err != nil {
		return refused(err)
	}
	b.info = Info{Process: ProcessGo, AreaOwner: OwnerOurs, AreaSize: size, UsableSize: min(size, auxv.FeatureSize)}
	b.pageOffset = pageOffset(area)
	if id := atomic.LoadInt32(&area.CPUID); id < 0 {
		return fmt.Errorf("percpu/rseqbackend: registered, but cpu_id is %d: %w", id, backend.ErrNotSupported)
	}
	before := asm.Anchor()
	asm.SetAnchor(uintptr(unsafe.Pointer(area)))
	err = trial(asm.Spin)
	asm.SetAnchor(before)
	if err != nil {
		return err
	}
	if err := sysRseq(area, size, rseqUnregister); err != nil {
		return fmt.Errorf("percpu/rseqbackend: unregister: %w: %w", err, backend.ErrNotSupported)
	}
	return nil
}

// maxAreaSize bounds the length of own areas. Tests lower it, to have the
// original length on every kernel.
var maxAreaSize uint32 = math.MaxUint32

// tryRegister registers an area of the given length, or of the original length
// where a filter or an old kernel wants that, and returns the length that went.
// All fields that can be an index are within the original length.
func tryRegister(area *asm.Area, length uint32) (uint32, error) {
	err := register(area, length)
	if errors.Is(err, unix.EINVAL) && length > asm.OrigAreaSize {
		length = asm.OrigAreaSize
		err = register(area, length)
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
