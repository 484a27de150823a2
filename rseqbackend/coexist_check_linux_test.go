package rseqbackend

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// unlucky is more operations than go to overflow slots on threads that can commit:
// those whose goroutine was to yield, or whose thread somebody unregistered, twice in
// a row.
const unlucky = 100

// roles are those that every program has, and those of C's threads.
var roles = []string{"main", "locked", "late"}

// problems says how a report is not what is wanted.
func (w want) problems(r *coexistReport) (list []string) {
	complain := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if r.Sum != r.Adds || r.Adds == 0 {
		complain("the sum is off by %d of %d", r.Sum-r.Adds, r.Adds)
	}
	if r.FloatSum != r.FloatAdds {
		complain("the sum of floats is off by %v of %v", r.FloatSum-r.FloatAdds, r.FloatAdds)
	}
	rseq := w.backend() == Name
	if want := w.backend(); r.Backend != want {
		complain("backend %s, want %s; rejected: %q", r.Backend, want, r.Rejections)
	}
	if !rseq && !slices.ContainsFunc(r.Rejections, func(s string) bool {
		return strings.HasPrefix(s, Name+": percpu/rseqbackend: ") && strings.Contains(s, w.reason)
	}) {
		complain("rejected %q, want rseq to be because of %q", r.Rejections, w.reason)
	}
	w.checkThreads(r, complain)
	if got := slices.Sorted(maps.Keys(r.Stats.Failures)); !slices.Equal(got, w.errnos) {
		complain("registrations failed by %v, want %v", r.Stats.Failures, w.errnos)
	}
	if n := r.Stats.Overflows; w.overflows() && n == 0 || !w.overflows() && n > unlucky {
		complain("%d operations on overflow slots, want some: %t", r.Stats.Overflows, w.overflows())
	}
	if (r.Refused > 0) != w.alone {
		complain("%d cells without memory", r.Refused)
	}
	if rseq {
		checkFence(complain, "first", r.FenceFirst, w.fence)
		checkFence(complain, "last", r.FenceLast, w.fence)
		if got := slices.Sorted(maps.Keys(r.Stats.FenceFailures)); !slices.Equal(got, w.fences) {
			complain("fences failed by %v, want %v", r.Stats.FenceFailures, w.fences)
		}
	}
	if r.Locks == 0 || r.Torn != 0 {
		complain("%d locks, of which readers saw %d halfway", r.Locks, r.Torn)
	}
	return list
}

// backend is the name of the backend that must serve.
func (w want) backend() string {
	if w.reason != "" {
		return "atomic"
	}
	return Name
}

// checkThreads looks at the area of each thread.
func (w want) checkThreads(r *coexistReport, complain func(string, ...any)) {
	seen := make(map[string]int)
	for _, th := range r.Threads {
		seen[th.Role]++
		owner, special := w.roles[th.Role]
		if !special {
			owner = w.area()
		}
		if th.Owner != owner {
			complain("a thread %q has the area %s, want %s: %+v", th.Role, th.Owner, owner, th)
		}
		if (th.CPUID >= 0) != (owner == OwnerOurs || owner == OwnerLibc) {
			complain("a thread %q has cpu_id %d", th.Role, th.CPUID)
		}
	}
	for _, role := range slices.Concat(roles, slices.Collect(maps.Keys(w.roles))) {
		if seen[role] == 0 {
			complain("no thread %q", role)
		}
	}
	if r.Info != nil && r.Info.AreaOwner != w.area() && !w.alone {
		complain("areas are %s, want %s", r.Info.AreaOwner, w.area())
	}
}

// area is the owner of the areas of threads about which nothing else is said.
func (w want) area() Owner {
	if w.owner == "" {
		return OwnerNone
	}
	return w.owner
}

// overflows says whether some thread must have used an overflow slot.
func (w want) overflows() bool {
	return slices.Contains(slices.Collect(maps.Values(w.roles)), OwnerError)
}

func checkFence(complain func(string, ...any), which, got, want string) {
	if (got == "") != (want == "") || !strings.Contains(got, want) {
		complain("the %s Fence says %q, want %q", which, got, want)
	}
}

// checkNotices spoils a good report in every way, and wants each to be noticed.
func checkNotices(t *testing.T, w want, good *coexistReport) {
	t.Helper()
	spoil := map[string]func(r *coexistReport){
		"an addition lost":    func(r *coexistReport) { r.Sum-- },
		"an addition doubled": func(r *coexistReport) { r.Sum++ },
		"a float lost":        func(r *coexistReport) { r.FloatSum-- },
		"another backend":     func(r *coexistReport) { r.Backend = map[string]string{Name: "atomic", "atomic": Name}[r.Backend] },
		"another owner":       func(r *coexistReport) { r.Threads[0].Owner = "other" },
		"another cpu_id":      func(r *coexistReport) { r.Threads[0].CPUID = -1 - r.Threads[0].CPUID },
		"no late thread":      func(r *coexistReport) { r.Threads = slices.DeleteFunc(r.Threads, isLate) },
		"another errno":       func(r *coexistReport) { r.Stats.Failures = map[string]uint64{"EFAULT": 1} },
		"overflows": func(r *coexistReport) {
			if r.Stats.Overflows = unlucky + 1; w.overflows() {
				r.Stats.Overflows = 0
			}
		},
		"a torn write": func(r *coexistReport) { r.Torn++ },
		"no lock":      func(r *coexistReport) { r.Locks = 0 },
		"memory":       func(r *coexistReport) { r.Refused = 1 - min(1, r.Refused) },
	}
	if w.reason != "" {
		spoil["no reason"] = func(r *coexistReport) { r.Rejections = nil }
	} else {
		spoil["first fence"] = func(r *coexistReport) { r.FenceFirst = other(r.FenceFirst) }
		spoil["last fence"] = func(r *coexistReport) { r.FenceLast = other(r.FenceLast) }
		spoil["fence errno"] = func(r *coexistReport) { r.Stats.FenceFailures = map[string]uint64{"EFAULT": 1} }
	}
	for name, f := range spoil {
		bad := *good
		bad.Threads = slices.Clone(good.Threads)
		if f(&bad); len(w.problems(&bad)) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func isLate(t coexistThread) bool { return t.Role == "late" }

func other(s string) string {
	if s == "" {
		return "EIO"
	}
	return ""
}
