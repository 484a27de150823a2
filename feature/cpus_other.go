//go:build !linux

package feature

// PossibleCPUs says no: other systems have no number that bounds a CPU index
// for the life of the process.
func PossibleCPUs() (CPUList, error) { return nil, no("possible CPUs", errOtherOS) }

// CPUBound says no, for the same reason.
func CPUBound() (int, error) { return 0, no("possible CPUs", errOtherOS) }

// NUMANodes says no: nothing here runs node-local outside Linux.
func NUMANodes() (CPUList, error) { return nil, no("NUMA nodes", errOtherOS) }
