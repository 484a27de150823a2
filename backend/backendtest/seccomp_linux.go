package backendtest

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

// Filter makes a system call fail in a program, by a real seccomp filter.
type Filter struct {
	Syscall uintptr
	Errno   syscall.Errno
	Over    uint32 // if not 0, only calls fail whose second argument is larger
	Flags   uint32 // if not 0, only calls fail whose fourth argument has one of these bits
}

// filterEnv makes this executable install a filter and execute another program:
// "number:errno:over:flags", several separated by commas.
const filterEnv = "PERCPU_SECCOMP_EXEC"

// FilteredCommand returns a command that runs under the filters: this executable, which
// installs them and then executes the program. Filters outlive an execve, and
// bind all threads that come after it.
func FilteredCommand(filters []Filter, name string, args ...string) *exec.Cmd {
	words := make([]string, len(filters))
	for i, f := range filters {
		words[i] = fmt.Sprintf("%d:%d:%d:%d", f.Syscall, int(f.Errno), f.Over, f.Flags)
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
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) {
		var f Filter
		if n, err := fmt.Sscanf(word, "%d:%d:%d:%d", &f.Syscall, &f.Errno, &f.Over, &f.Flags); n != 4 || err != nil {
			fmt.Fprintf(os.Stderr, "%s=%q: want number:errno:over:flags\n", filterEnv, s)
			os.Exit(2)
		}
		filters = append(filters, f)
	}
	err := execFiltered(filters, os.Args[1:])
	fmt.Fprintln(os.Stderr, "seccomp:", err)
	os.Exit(2)
}

// execFiltered installs the filters on the calling thread, which is the only one
// that an execve leaves, and executes the program.
func execFiltered(filters []Filter, argv []string) error {
	if len(argv) == 0 {
		return fmt.Errorf("no program")
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := install(filters, 0); err != nil {
		return err
	}
	return syscall.Exec(path, argv, os.Environ())
}

// FilterProcess installs the filters in this process, for all threads that it
// has and will have. They stay.
func FilterProcess(filters []Filter) error {
	const tsync = 1 // SECCOMP_FILTER_FLAG_TSYNC
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return install(filters, tsync)
}

// sysSeccomp is the number of seccomp(2), which package syscall lacks for the
// oldest architectures.
var sysSeccomp = map[string]uintptr{"386": 354, "amd64": 317, "arm64": 277}[runtime.GOARCH]

// install installs the filters on the calling thread, which must be locked.
func install(filters []Filter, flags uintptr) error {
	const (
		prSetNoNewPrivs = 38
		setModeFilter   = 1
		retErrno        = 0x00050000
		retAllow        = 0x7fff0000
		load            = syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS
		ret             = syscall.BPF_RET | syscall.BPF_K

		dataNr, dataArg1, dataArg3 = 0, 24, 40 // offsets in struct seccomp_data, little-endian
	)
	// The architecture is not looked at: this is a test, not a jail.
	var program []syscall.SockFilter
	for _, f := range filters {
		// A = number; if A != f.Syscall skip the rest
		// A = second argument; if A <= f.Over skip the rest
		// A = fourth argument; if A & f.Flags is 0 skip the rest
		rest := []syscall.SockFilter{{Code: ret, K: retErrno | uint32(f.Errno)}}
		if f.Flags != 0 {
			rest = append([]syscall.SockFilter{
				{Code: load, K: dataArg3},
				{Code: syscall.BPF_JMP | syscall.BPF_JSET | syscall.BPF_K, Jf: uint8(len(rest)), K: f.Flags},
			}, rest...)
		}
		if f.Over != 0 {
			rest = append([]syscall.SockFilter{
				{Code: load, K: dataArg1},
				{Code: syscall.BPF_JMP | syscall.BPF_JGT | syscall.BPF_K, Jf: uint8(len(rest)), K: f.Over},
			}, rest...)
		}
		program = append(program,
			syscall.SockFilter{Code: load, K: dataNr},
			syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, Jf: uint8(len(rest)), K: uint32(f.Syscall)})
		program = append(program, rest...)
	}
	program = append(program, syscall.SockFilter{Code: ret, K: retAllow})
	if sysSeccomp == 0 {
		return fmt.Errorf("filter: not on %s", runtime.GOARCH)
	}
	prog := syscall.SockFprog{Len: uint16(len(program)), Filter: &program[0]}

	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("no_new_privs: %w", errno)
	}
	r, _, errno := syscall.RawSyscall(sysSeccomp, setModeFilter, flags, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return fmt.Errorf("filter: %w", errno)
	}
	if r != 0 {
		return fmt.Errorf("filter: thread %d can't have it", r)
	}
	return nil
}
