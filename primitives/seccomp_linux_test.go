package primitives_test

import (
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestSeccomp: where a filter refuses rseq, the atomic backend serves and the
// rejection names the errno; and a forced rseq fails with the reasons.
func TestSeccomp(t *testing.T) {
	if _, err := primitives.Candidates()[0].Open(); err != nil {
		backendtest.Unavailable(t, "rseq", err)
	}
	for _, errno := range []syscall.Errno{unix.ENOSYS, unix.EPERM, unix.EINVAL} {
		t.Run(unix.ErrnoName(errno), func(t *testing.T) {
			filtered := func(env string) string {
				f := []backendtest.Filter{{Syscall: unix.SYS_RSEQ, Errno: errno}}
				return report(t, backendtest.FilteredCommand(f, exe(t), reportArgs...), env)
			}
			got := filtered("PERCPU_BACKEND=auto")
			if !strings.HasPrefix(got, "atomic, rejected: [rseq: ") || !strings.Contains(got, errno.Error()) || !strings.Contains(got, "1000") {
				t.Errorf("auto: %s\nwant atomic, and rseq rejected because of %q", got, errno.Error())
			}
			got = filtered("PERCPU_BACKEND=rseq")
			if !strings.HasPrefix(got, `error: percpu: no backend for PERCPU_BACKEND="rseq": | rseq: `) || !strings.Contains(got, errno.Error()) || !strings.Contains(got, "panic: percpu: ") {
				t.Errorf("rseq: %s\nwant an error and a panic because of %q", got, errno.Error())
			}
		})
	}
}
