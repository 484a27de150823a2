package feature

import (
	"fmt"
	"strconv"
	"strings"
)

// maxCPU bounds the numbers in a list, far above any kernel's NR_CPUS, so that a
// damaged file cannot make a caller reserve memory for millions of CPUs.
const maxCPU = 65535

// A CPUList is a set of CPU (or node) numbers in the kernel's cpulist form:
// ranges in ascending order that do not overlap.
type CPUList []CPURange

// A CPURange is the numbers First to Last, both included.
type CPURange struct{ First, Last int }

// ParseCPUList parses "0-3,5", with or without a newline. The empty list is
// valid: it is how the kernel prints an empty mask.
func ParseCPUList(s string) (CPUList, error) {
	text := strings.TrimSuffix(s, "\n")
	if text == "" {
		return nil, nil
	}
	var list CPUList
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, errA := parseCPU(first)
		b, errB := parseCPU(last)
		switch {
		case errA != nil || errB != nil:
			return nil, fmt.Errorf("CPU list %q: bad element %q", s, part)
		case a > b:
			return nil, fmt.Errorf("CPU list %q: reversed range %q", s, part)
		case a <= list.Max():
			return nil, fmt.Errorf("CPU list %q: %q overlaps or precedes what is before it", s, part)
		}
		list = append(list, CPURange{a, b})
	}
	return list, nil
}

// parseCPU parses a number as the kernel prints it: digits only.
func parseCPU(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32) // takes no sign
	if err == nil && n > maxCPU {
		err = strconv.ErrRange
	}
	return int(n), err
}

// String returns the list in the form ParseCPUList reads, without a newline.
func (l CPUList) String() string {
	var b strings.Builder
	for i, r := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(r.First))
		if r.Last != r.First {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(r.Last))
		}
	}
	return b.String()
}

// Count is the number of CPUs in the list.
func (l CPUList) Count() int {
	n := 0
	for _, r := range l {
		n += r.Last - r.First + 1
	}
	return n
}

// Max is the highest number in the list, -1 if it is empty. A table indexed by
// CPU number needs Max()+1 entries, which may be more than Count().
func (l CPUList) Max() int {
	if len(l) == 0 {
		return -1
	}
	return l[len(l)-1].Last
}
