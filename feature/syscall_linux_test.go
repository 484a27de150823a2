package feature

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRseqAnswer(t *testing.T) {
	for _, tt := range []struct {
		errno      unix.Errno
		yes        bool
		conclusive bool
	}{
		{unix.EINVAL, true, true},
		{0, false, true},
		{unix.ENOSYS, false, true},
		{unix.EPERM, false, true},
		{unix.EACCES, false, true},
		{unix.EBUSY, false, true},
		{unix.EAGAIN, false, false},
		{unix.EINTR, false, false},
		{unix.ENOMEM, false, false},
		{unix.EFAULT, false, false},
	} {
		err := rseqAnswer(tt.errno)
		if (err == nil) != tt.yes || conclusive(err) != tt.conclusive {
			t.Errorf("errno %d: %v (conclusive %v)", tt.errno, err, conclusive(err))
		}
		if err != nil && tt.errno != 0 && !errors.Is(err, tt.errno) {
			t.Errorf("errno %d is lost from %v", tt.errno, err)
		}
	}
	if err := rseqAnswer(0); !errors.Is(err, errPretended) {
		t.Errorf("success of an invalid call: %v, want %v", err, errPretended)
	}
	const want = "percpu/feature: rseq syscall: function not implemented"
	if got := rseqAnswer(unix.ENOSYS).Error(); got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestRseqSyscallHere(t *testing.T) {
	err := RseqSyscall()
	t.Logf("rseq: %v", err)
	switch {
	case err == nil:
	case os.Getenv("PERCPU_REQUIRE") == "rseq":
		t.Fatalf("PERCPU_REQUIRE=rseq, but %v", err)
	case errors.Is(err, ErrNotSupported):
		mustNotRefuse(t, 4, 18, err)
	default:
		t.Fatalf("inconclusive: %v", err)
	}
}

// TestRseqSyscallRegistersNothing: two probes on one thread give the answer of
// one. Had the first registered anything, the second would see EBUSY or EPERM.
func TestRseqSyscallRegistersNothing(t *testing.T) {
	var first, second unix.Errno
	OnThread(func() {
		_, _, first = unix.RawSyscall6(unix.SYS_RSEQ, 0, 0, ^uintptr(0), 0, 0, 0)
		_, _, second = unix.RawSyscall6(unix.SYS_RSEQ, 0, 0, ^uintptr(0), 0, 0, 0)
	})
	if first != second {
		t.Errorf("first %v, then %v", first, second)
	}
}
