package feature

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// readMemory fills b from this process's memory at addr. The kernel does the
// reading, so a wrong address is an error and not a fault. process_vm_readv(2)
// comes first, it needs no /proc; but container runtimes used to filter it.
func readMemory(addr uint64, b []byte) error {
	if addr != uint64(uintptr(addr)) {
		return fmt.Errorf("reading memory at %#x: %w", addr, unix.EFAULT)
	}
	local := unix.Iovec{Base: &b[0]}
	local.SetLen(len(b))
	remote := unix.RemoteIovec{Base: uintptr(addr), Len: len(b)}
	n, err := unix.ProcessVMReadv(unix.Getpid(), []unix.Iovec{local}, []unix.RemoteIovec{remote}, 0)
	if err == nil && n == len(b) {
		return nil
	}
	if err == nil {
		err = unix.EFAULT // ended at the edge of a mapping
	}
	if ferr := readProcMem(addr, b); ferr != nil {
		return fmt.Errorf("reading memory at %#x: %w", addr, errors.Join(err, ferr))
	}
	return nil
}

func readProcMem(addr uint64, b []byte) error {
	f, err := openFile("/proc/self/mem")
	if err != nil {
		return err
	}
	defer f.close()
	_, err = f.ReadAt(b, int64(addr))
	return err
}
