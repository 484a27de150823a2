package feature

import (
	"errors"
	"io/fs"
	"os"
	"slices"
)

const (
	cpusProbe  = "possible CPUs"
	nodesProbe = "NUMA nodes"
)

// systemDir holds the directories cpu and node of sysfs.
var systemDir = os.DirFS("/sys/devices/system")

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
