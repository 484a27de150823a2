package rseqbackend

import (
	"golang.org/x/sys/unix"

	"github.com/percpu-go/percpu/backend/backendtest"
)

// row is a line of the compatibility table: a program, how it is started, what
// happens to it, and what it must report.
type row struct {
	build *build
	start string // how it is started and what happens to it, in words; "" is nothing special
	env   []string
	from  []backendtest.Filter // filters from the start
	event string               // see testdata/coexist/event.go
	tools []string
	// outside happens to the process from outside, while it runs.
	outside func(pid int) error
	slow    bool // only with PERCPU_COEXIST=all
	want    want
}

// want is what a row must report.
type want struct {
	owner  Owner            // of the areas of threads; OwnerNone if the atomic backend must serve
	roles  map[string]Owner // of threads for which it is another
	reason string           // in the rejection of rseq
	errnos []string         // why threads could not be registered, exactly
	fence  string           // in the error of every Fence
	fences []string         // why membarrier could not be used, exactly
	alone  bool             // cells have no memory and work on one word
	dies   string           // what it says as it dies, by no fault of ours
}

const (
	tunable  = "GLIBC_TUNABLES=glibc.pthread.rseq=0"
	noTable  = "static glibc executable without a symbol table"
	noSymbol = "no loaded object defines __rseq_offset"
	turned   = "turned off by the tunable glibc.pthread.rseq"
)

var (
	mainFails    = map[string]Owner{"main": OwnerError}
	lateFail     = map[string]Owner{"late": OwnerError}
	lateFailC    = map[string]Owner{"late": OwnerError, "c after": OwnerError, "dying": OwnerError}
	dyingFail    = map[string]Owner{"dying": OwnerError} // their areas have been unregistered
	foreignFails = map[string]Owner{"foreign": OwnerError, "dying": OwnerError}
)

var rows = []row{
	// Builds.
	{build: goStatic, want: want{owner: OwnerOurs}},
	{build: goPIE, want: want{owner: OwnerOurs, roles: mainFails, errnos: []string{"EINVAL"}}},
	{build: cgo, want: want{owner: OwnerLibc}},
	{build: cgoInternal, want: want{owner: OwnerLibc}},
	{build: cgoExternal, want: want{owner: OwnerLibc}},
	{build: cgoTLSed, want: want{owner: OwnerLibc}},
	{build: race, want: want{owner: OwnerLibc}},
	{build: cgoStatic, want: want{owner: OwnerLibc}},
	{build: cgoStripped, want: want{reason: noTable}},
	{build: strippedTLS, want: want{owner: OwnerLibc}},
	{build: cshared, want: want{owner: OwnerLibc}},
	{build: csharedTLS, want: want{owner: OwnerLibc}},
	{build: muslDynamic, want: want{reason: noSymbol}},
	{build: muslTLS, want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: muslStatic, slow: true, want: want{reason: noSymbol}},
	{build: muslStaticTLS, want: want{owner: OwnerOurs, roles: dyingFail}},

	// libc told not to register.
	{build: goStatic, start: tunable, env: []string{tunable}, want: want{owner: OwnerOurs}},
	{build: goPIE, start: tunable, env: []string{tunable}, want: want{owner: OwnerOurs}},
	{build: cgo, start: tunable, env: []string{tunable}, want: want{reason: turned}},
	{build: cgoInternal, start: tunable, env: []string{tunable}, slow: true, want: want{reason: turned}},
	{build: cgoExternal, start: tunable, env: []string{tunable}, slow: true, want: want{reason: turned}},
	{build: cgoTLSed, start: tunable, env: []string{tunable}, want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: race, start: tunable, env: []string{tunable}, want: want{reason: turned}},
	{build: cgoStatic, start: tunable, env: []string{tunable}, want: want{reason: turned}},
	{build: cgoStripped, start: tunable, env: []string{tunable}, want: want{reason: noTable}},
	{build: strippedTLS, start: tunable, env: []string{tunable}, want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: cshared, start: tunable, env: []string{tunable}, want: want{reason: turned}},
	{build: csharedTLS, start: tunable, env: []string{tunable}, want: want{owner: OwnerOurs}},

	// Filters of system calls, from the start.
	{build: goStatic, start: "seccomp: rseq ENOSYS", from: refuse(unix.SYS_RSEQ, unix.ENOSYS, 0), want: want{reason: "function not implemented"}},
	{build: goStatic, start: "seccomp: rseq EPERM", from: refuse(unix.SYS_RSEQ, unix.EPERM, 0), want: want{reason: "operation not permitted"}},
	{build: goStatic, start: "seccomp: rseq EINVAL", from: refuse(unix.SYS_RSEQ, unix.EINVAL, 0), want: want{reason: "invalid argument"}},
	{build: goStatic, start: "seccomp: rseq EINVAL for lengths over 32", from: refuse(unix.SYS_RSEQ, unix.EINVAL, 32), want: want{owner: OwnerOurs}},
	{build: goStatic, start: "seccomp: membarrier EPERM", from: refuse(unix.SYS_MEMBARRIER, unix.EPERM, 0), want: want{owner: OwnerOurs, fence: "operation not permitted", fences: []string{"EPERM"}}},
	{build: cgo, start: "seccomp: rseq ENOSYS", from: refuse(unix.SYS_RSEQ, unix.ENOSYS, 0), want: want{reason: "function not implemented"}},
	{build: cgo, start: "seccomp: rseq EPERM", from: refuse(unix.SYS_RSEQ, unix.EPERM, 0), want: want{reason: "operation not permitted"}},
	{build: cgo, start: "seccomp: rseq EINVAL", from: refuse(unix.SYS_RSEQ, unix.EINVAL, 0), want: want{reason: "invalid argument"}},
	{build: cgo, start: "seccomp: membarrier ENOSYS", from: refuse(unix.SYS_MEMBARRIER, unix.ENOSYS, 0), want: want{owner: OwnerLibc, fence: "function not implemented", fences: []string{"ENOSYS"}}},
	{build: muslTLS, start: "seccomp: rseq ENOSYS", from: refuse(unix.SYS_RSEQ, unix.ENOSYS, 0), want: want{reason: "function not implemented"}},

	// The same, installed while threads add.
	{build: goStatic, start: "seccomp while running: rseq ENOSYS", event: "seccomp:rseq,ENOSYS", want: want{owner: OwnerOurs, roles: lateFail, errnos: []string{"ENOSYS"}}},
	{build: goStatic, start: "seccomp while running: rseq EPERM", event: "seccomp:rseq,EPERM", want: want{owner: OwnerOurs, roles: lateFail, errnos: []string{"EPERM"}}},
	{build: goStatic, start: "seccomp while running: rseq EINVAL", event: "seccomp:rseq,EINVAL", want: want{owner: OwnerOurs, roles: lateFail, errnos: []string{"EINVAL"}}},
	{build: goStatic, start: "seccomp while running: rseq EINVAL for lengths over 32", event: "seccomp:rseq,EINVAL,32", want: want{owner: OwnerOurs}},
	{build: goStatic, start: "seccomp while running: membarrier EPERM", event: "seccomp:membarrier,EPERM", want: want{owner: OwnerOurs, fences: []string{"EPERM"}}},
	{build: cgo, start: "seccomp while running: membarrier ENOSYS", event: "seccomp:membarrier,ENOSYS", want: want{owner: OwnerLibc, fences: []string{"ENOSYS"}}},
	{build: cgoTLSed, start: tunable + ", seccomp while running: rseq ENOSYS", env: []string{tunable}, event: "seccomp:rseq,ENOSYS", want: want{owner: OwnerOurs, roles: lateFailC, errnos: []string{"ENOSYS"}}},
	{build: muslTLS, start: "seccomp while running: rseq ENOSYS", event: "seccomp:rseq,ENOSYS", want: want{owner: OwnerOurs, roles: lateFailC, errnos: []string{"ENOSYS"}}},
	{build: muslTLS, start: "seccomp while running: rseq EINVAL", event: "seccomp:rseq,EINVAL", want: want{owner: OwnerOurs, roles: lateFailC, errnos: []string{"EINVAL"}}},
	{build: cgo, start: "seccomp while running: rseq ENOSYS", event: "seccomp:rseq,ENOSYS", want: want{dies: "Fatal glibc error: rseq registration failed"}},
	{build: cgo, start: "PERCPU_BACKEND=atomic, seccomp while running: rseq ENOSYS", env: []string{"PERCPU_BACKEND=atomic"}, event: "seccomp:rseq,ENOSYS", want: want{dies: "Fatal glibc error: rseq registration failed"}},

	// Other libraries.
	{build: cgo, start: "a library unregisters threads, 200 times", event: "unregister:200", want: want{owner: OwnerLibc}},
	{build: cgoTLSed, start: tunable + ", a library unregisters threads, 200 times", env: []string{tunable}, event: "unregister:200", want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: muslTLS, start: "a library unregisters threads, 200 times", event: "unregister:200", want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: cgoTLSed, start: tunable + ", a library has registered some threads", env: []string{tunable}, event: "foreign:4", want: want{owner: OwnerOurs, roles: foreignFails, errnos: []string{"EINVAL"}}},
	{build: muslTLS, start: "a library has registered some threads", event: "foreign:4", want: want{owner: OwnerOurs, roles: foreignFails, errnos: []string{"EINVAL"}}},

	// What happens to processes.
	{build: goStatic, start: "RLIMIT_AS too small for cells", event: "rlimit", want: want{owner: OwnerNone, alone: true}},
	{build: goStatic, start: "1,000 programs started", event: "exec:1000", want: want{owner: OwnerOurs}},
	{build: cgo, start: "1,000 programs started", event: "exec:1000", slow: true, want: want{owner: OwnerLibc}},
	{build: muslTLS, start: "1,000 programs started", event: "exec:1000", slow: true, want: want{owner: OwnerOurs, roles: dyingFail}},
	{build: goStatic, start: "GODEBUG, CPU profile at 10 kHz", env: []string{"GODEBUG=asyncpreemptoff=1,gcstoptheworld=1"}, event: "profile", want: want{owner: OwnerOurs}},
	{build: cgo, start: "CPU profile at 10 kHz", event: "profile", slow: true, want: want{owner: OwnerLibc}},
	{build: goStatic, start: "debugger attached and detached, 3 times", outside: debug, tools: []string{"gdb"}, want: want{owner: OwnerOurs}},
	{build: cgo, start: "debugger attached and detached, 3 times", outside: debug, tools: []string{"gdb"}, slow: true, want: want{owner: OwnerLibc}},
	{build: goStatic, start: "SIGSTOP and SIGCONT, 100 times", outside: stopAndGo, want: want{owner: OwnerOurs}},
	{build: cgo, start: "SIGSTOP and SIGCONT, 100 times", outside: stopAndGo, slow: true, want: want{owner: OwnerLibc}},
}

func refuse(nr uintptr, errno unix.Errno, over uint32) []backendtest.Filter {
	return []backendtest.Filter{{Syscall: nr, Errno: errno, Over: over}}
}
