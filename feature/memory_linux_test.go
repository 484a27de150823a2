package feature

import (
	"errors"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestReadMemory(t *testing.T) {
	want := []byte("four words of text")
	var pin runtime.Pinner
	pin.Pin(&want[0])
	defer pin.Unpin()
	addr := uint64(uintptr(unsafe.Pointer(&want[0])))
	for name, read := range map[string]func(uint64, []byte) error{
		"readMemory": readMemory, "readProcMem": readProcMem,
	} {
		got := make([]byte, len(want))
		if err := read(addr, got); err != nil || string(got) != string(want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestReadMemoryRefusesInsteadOfFaulting(t *testing.T) {
	b := make([]byte, 8)
	for _, addr := range []uint64{0, 8, 1<<63 - 8, 1 << 63, ^uint64(0) - 3} {
		if err := readMemory(addr, b); err == nil {
			t.Errorf("address %#x was read", addr)
		} else if !errors.Is(err, unix.EFAULT) {
			t.Errorf("address %#x: %v, want EFAULT in the chain", addr, err)
		}
	}
}
