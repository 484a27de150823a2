package backendtest

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// Filter makes a system call fail in a program, by a real seccomp filter.
type Filter struct {
	Syscall uintptr
	Errno   syscall.Errno
}

// filterEnv makes this executable install a filter and execute another program:
// "number:errno", several separated by commas.
const filterEnv = "PERCPU_SECCOMP_EXEC"

// FilteredCommand returns a command that runs under the filters: this executable, which
// installs them and then executes the program. Filters outlive an execve, and
// bind all threads that come after it.
func FilteredCommand(filters []Filter, name string, args ...string) *exec.Cmd {
	words := make([]string, len(filters))
	for i, f := range filters {
		words[i] = fmt.Sprintf("%d:%d", f.Syscall, int(f.Errno))
	}
	cmd := exec.Command("/proc/self/exe", append([]string{name}, args...)...)
	cmd.Env = append(os.Environ(), filterEnv+"="+strings.Join(words, ","))
	return cmd
}

func init() {
	s, ok := os.LookupEnv(filterEnv)
	if !ok {
		return
	}
	os.Unsetenv(filterEnv)
	var filters []Filter
	for _, word := range strings.Split(s, ",") {
		nr, errno, _ := strings.Cut(word, ":")
		n, err1 := strconv.ParseUint(nr, 10, 31)
		e, err2 := strconv.ParseUint(errno, 10, 12)
		if err1 != nil || err2 != nil || e == 0 {
			fmt.Fprintf(os.Stderr, "%s=%q: want number:errno\n", filterEnv, s)
			os.Exit(2)
		}
		filters = append(filters, Filter{uintptr(n), syscall.Errno(e)})
	}
	err := execFiltered(filters, os.Args[1:])
	fmt.Fprintln(os.Stderr, "seccomp:", err)
	os.Exit(2)
}

// execFiltered installs the filters on the calling thread, which is the only one
// that an execve leaves, and executes the program.
func execFiltered(filters []Filter, argv []string) error {
	const (
		prSetNoNewPrivs   = 38
		prSetSeccomp      = 22
		seccompModeFilter = 2
		retErrno          = 0x00050000
		retAllow          = 0x7fff0000
	)
	if len(argv) == 0 {
		return fmt.Errorf("no program")
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return err
	}
	// A = number of the system call, the first word of struct seccomp_data. The
	// architecture is not looked at: this is a test, not a jail.
	program := []syscall.SockFilter{{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS}}
	for _, f := range filters {
		program = append(program,
			syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, Jf: 1, K: uint32(f.Syscall)},
			syscall.SockFilter{Code: syscall.BPF_RET | syscall.BPF_K, K: retErrno | uint32(f.Errno)})
	}
	program = append(program, syscall.SockFilter{Code: syscall.BPF_RET | syscall.BPF_K, K: retAllow})
	prog := syscall.SockFprog{Len: uint16(len(program)), Filter: &program[0]}

	runtime.LockOSThread()
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("no_new_privs: %w", errno)
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetSeccomp, seccompModeFilter, uintptr(unsafe.Pointer(&prog)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("filter: %w", errno)
	}
	return syscall.Exec(path, argv, os.Environ())
}
