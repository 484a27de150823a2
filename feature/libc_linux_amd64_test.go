package feature

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestLibcAreaIsWhereItSays looks at libc's area of a thread. Whatever offset was
// found, cpu_id (the second word) must follow the thread from CPU to CPU there.
func TestLibcAreaIsWhereItSays(t *testing.T) {
	l, err := LibcRseq()
	if !linksLibc || err != nil || l.Size == 0 {
		t.Skipf("no area of libc's: %v, %v", l, err)
	}
	OnThread(func() { // the thread takes its affinity with it when it ends
		const archGetFS = 0x1003
		var fs uint64
		_, _, errno := unix.RawSyscall(unix.SYS_ARCH_PRCTL, archGetFS, uintptr(unsafe.Pointer(&fs)), 0)
		if errno != 0 {
			t.Errorf("arch_prctl: %v", errno)
			return
		}
		var allowed unix.CPUSet
		if err := unix.SchedGetaffinity(0, &allowed); err != nil {
			t.Error(err)
			return
		}
		for cpu := range len(allowed) * 64 {
			if !allowed.IsSet(cpu) {
				continue
			}
			var one unix.CPUSet
			one.Set(cpu)
			if err := unix.SchedSetaffinity(0, &one); err != nil {
				t.Errorf("moving to CPU %d: %v", cpu, err)
				return
			}
			var cpuID [4]byte
			if err := readMemory(fs+uint64(l.Offset)+4, cpuID[:]); err != nil {
				t.Error(err)
				return
			}
			if n := int(int32(nativeOrder().Uint32(cpuID[:]))); n != cpu {
				t.Errorf("on CPU %d, cpu_id at %+d from the thread pointer is %d", cpu, l.Offset, n)
			}
		}
	})
}
