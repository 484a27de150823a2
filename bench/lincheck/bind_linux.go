package lincheck

import "golang.org/x/sys/unix"

// bind binds the calling thread to a CPU, each to one of its own while there are
// enough. Beside other work, two threads that are not bound were seen to take
// turns on one CPU for seconds, and hardly any of their calls overlapped. If
// binding fails, [Check] tells.
func bind(thread int) {
	var allowed, one unix.CPUSet
	if unix.SchedGetaffinity(0, &allowed) != nil {
		return
	}
	nth := thread % allowed.Count()
	for cpu := 0; ; cpu++ {
		if !allowed.IsSet(cpu) {
			continue
		}
		if nth == 0 {
			one.Set(cpu)
			unix.SchedSetaffinity(0, &one)
			return
		}
		nth--
	}
}
