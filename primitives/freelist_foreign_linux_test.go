package primitives_test

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/primitives"
)

// TestFreeListForeign: Put of whatever pointer is a clear panic: also of one before
// which nothing can be read, and of what is in the same page as what can't be.
func TestFreeListForeign(t *testing.T) {
	const page = 4096
	mem, err := unix.Mmap(-1, 0, 3*page, unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(mem)
	if err := unix.Mprotect(mem[page:2*page], unix.PROT_READ|unix.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	lone := mem[page : 2*page : 2*page]
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		debug.SetPanicOnFault(true) // in this goroutine: a fault shall fail the test, not end it
		l := primitives.NewFreeList[byte](opt)
		l.Put(l.Get())
		x := l.Get()
		for off := range 24 {
			wantForeign(t, l, &lone[off])
		}
		wantForeign(t, l, &lone[page-1])
		wantForeign(t, l, &foreignGlobal)
		wantForeign(t, l, new(byte))
		wantForeign(t, l, (*byte)(unsafe.Add(unsafe.Pointer(x), 1)))
		l.Put(x)
		if l.Len() != l.Stats().Objects {
			t.Error("misuse has changed the list")
		}
	})
}

var foreignGlobal byte

func wantForeign(t *testing.T, l *primitives.FreeList[byte], x *byte) {
	t.Helper()
	defer func() {
		if r := fmt.Sprint(recover()); !strings.HasPrefix(r, "percpu: FreeList.Put of an object that is not from this list") {
			t.Errorf("Put(%p): %s", x, r)
		}
	}()
	l.Put(x)
}
