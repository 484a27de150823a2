package feature

import (
	"errors"
	"io/fs"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	cpusProbe  = "possible CPUs"
	nodesProbe = "NUMA nodes"
)

// systemDir holds the directories cpu and node of sysfs.
var systemDir = dir("/sys/devices/system")

var possibleAnswer remembered[CPUList]

// PossibleCPUs lists the CPUs that can ever be brought online while this kernel
// runs: the range of values of cpu_id. It is fixed at boot and thus remembered.
// Affinity masks and CPU quotas do not shrink it. An unreadable or damaged file
// is inconclusive.
func PossibleCPUs() (CPUList, error) {
	l, err := possibleAnswer.get(func() (CPUList, error) { return possibleIn(systemDir) })
	return slices.Clone(l), err
}

func possibleIn(system fs.FS) (CPUList, error) {
	l, err := readList(system, "cpu/possible")
	if err == nil && len(l) == 0 {
		err = errors.New("cpu/possible is empty")
	}
	if err != nil {
		return nil, unsure(cpusProbe, err)
	}
	return l, nil
}

// CPUBound returns a number that no CPU's number reaches while this kernel runs:
// one more than the highest that is possible or, where that can't be read, the
// length of the kernel's own CPU masks, which is no less.
func CPUBound() (int, error) {
	possible, err := PossibleCPUs()
	if err == nil {
		return possible.Max() + 1, nil
	}
	if n, e := maskLength(64); e == nil {
		return n, nil
	}
	return 0, err
}

// maskLength returns the number of bits in the kernel's CPU masks, of which
// sched_getaffinity(2) says how many bytes it has written, if a buffer of so many
// words, or of more, is enough.
func maskLength(words int) (int, error) {
	for ; ; words *= 2 {
		mask := make([]uintptr, words)
		size := uintptr(words) * unsafe.Sizeof(mask[0])
		n, _, errno := unix.RawSyscall(unix.SYS_SCHED_GETAFFINITY, 0, size, uintptr(unsafe.Pointer(&mask[0])))
		switch {
		case errno == 0 && n > 0:
			return 8 * int(n), nil
		case errno != unix.EINVAL || words*64 > maxCPU:
			return 0, unsure(cpusProbe, errno)
		}
	}
}

// NUMANodes lists the nodes that threads can run on. More than one means that
// memory near one CPU may be far from another.
//
// The list is node/has_cpu. node/possible counts nodes whose hardware was never
// plugged in, node/online those that only have memory (CXL, persistent memory);
// no thread runs on either. Where has_cpu is missing, as in some sandboxes,
// online is the next best. A kernel without CONFIG_NUMA has no directory node
// at all, and one node. The answer is not remembered: CPUs may come online on a
// node that had none.
func NUMANodes() (CPUList, error) { return nodesIn(systemDir) }

func nodesIn(system fs.FS) (CPUList, error) {
	var doubts []error
	for _, name := range []string{"node/has_cpu", "node/online"} {
		l, err := readList(system, name)
		if err == nil && len(l) > 0 {
			return l, nil
		}
		if err == nil {
			err = errors.New(name + " is empty")
		}
		doubts = append(doubts, err)
	}
	// Without sysfs the directory node is missing as well, and proves nothing.
	_, errNode := fs.Stat(system, "node")
	_, errCPU := fs.Stat(system, "cpu")
	if errors.Is(errNode, fs.ErrNotExist) && errCPU == nil {
		return CPUList{{0, 0}}, nil
	}
	return nil, unsure(nodesProbe, errors.Join(doubts...))
}

func readList(system fs.FS, name string) (CPUList, error) {
	b, err := fs.ReadFile(system, name)
	if err != nil {
		return nil, err
	}
	return ParseCPUList(string(b))
}
