package feature

import "golang.org/x/sys/unix"

// MembarrierCommands asks membarrier(2) which commands it has (MEMBARRIER_CMD_
// QUERY). It registers nothing, and that a command is listed does not say that
// this process has registered for it. Refusals are conclusive, and nothing is
// remembered, for the reasons given at [RseqSyscall].
func MembarrierCommands() (Membarrier, error) {
	const query = 0
	mask, _, errno := unix.RawSyscall(unix.SYS_MEMBARRIER, query, 0, 0)
	if errno != 0 {
		return 0, refusal("membarrier syscall", errno)
	}
	return Membarrier(mask), nil
}
