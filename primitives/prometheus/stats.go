package prometheus

import (
	"slices"
	"strings"

	"github.com/percpu-go/percpu/primitives"
)

// NewStatsCollector returns a collector of what [primitives.ReadStats] returns: which
// backend was selected, why not the better ones, and what it has had to do beside its
// work. Its metrics have the prefix percpu_. Collecting waits for a selection that is
// under way, and makes one if nothing has been used yet.
func NewStatsCollector() Collector { return stats{} }

type stats struct{}

func stat(name, help string, labels ...string) *Desc {
	return NewDesc("percpu_"+name, help, labels, nil)
}

var (
	statBackend       = stat("backend_info", "The selected backend of per-CPU values, as a label.", "backend")
	statRejected      = stat("backend_rejected_info", "Better backends that were not selected, and why.", "reason")
	statUnlistedGo    = stat("unlisted_go", "1 if the backend serves under a version of Go that was not audited.")
	statRegistrations = stat("registrations_total", "Threads that were registered for restartable sequences.")
	statFailures      = stat("registration_failures_total", "Threads that could not be registered, by errno.", "errno")
	statFences        = stat("fence_failures_total", "Fences that the system call for them did not make, by errno.", "errno")
	statOverflows     = stat("overflows_total", "Operations done on overflow slots.")
	statAreas         = stat("areas", "Areas mapped for threads.")
	statAreasInUse    = stat("areas_in_use", "Areas held by threads not known to have ended.")
	statSlots         = stat("slots", "Slots that a value may have, one for each possible CPU.")
	statChunks        = stat("memory_chunks", "Chunks of memory mapped for the slots' words.")
	statGroups        = stat("memory_groups", "Groups of 64 words in use in each slot.")
	statFree          = stat("memory_groups_free", "Groups of words waiting to be used again.")
	statRefused       = stat("memory_refused_total", "Values for which there was no memory, on one word each.")
)

func (stats) Describe(ch chan<- *Desc) {
	for _, d := range []*Desc{
		statBackend, statRejected, statUnlistedGo, statRegistrations, statFailures, statFences, statOverflows,
		statAreas, statAreasInUse, statSlots, statChunks, statGroups, statFree, statRefused,
	} {
		ch <- d
	}
}

func (stats) Collect(ch chan<- Metric) {
	s := primitives.ReadStats()
	gauge := func(d *Desc, v int, labels ...string) { ch <- constMetric(d, GaugeValue, float64(v), labels...) }
	count := func(d *Desc, v uint64, labels ...string) { ch <- constMetric(d, CounterValue, float64(v), labels...) }
	if s.Backend != "" {
		gauge(statBackend, 1, s.Backend)
	}
	for _, reason := range unique(s.Rejected) {
		gauge(statRejected, 1, reason)
	}
	unlisted := 0
	if s.UnlistedGo {
		unlisted = 1
	}
	gauge(statUnlistedGo, unlisted)
	count(statRegistrations, s.Registrations)
	for errno, n := range s.Failures {
		count(statFailures, n, errno)
	}
	for errno, n := range s.FenceFailures {
		count(statFences, n, errno)
	}
	count(statOverflows, s.Overflows)
	gauge(statAreas, int(s.Areas))
	gauge(statAreasInUse, int(s.AreasInUse))
	gauge(statSlots, s.Slots)
	gauge(statChunks, s.Memory.Chunks)
	gauge(statGroups, s.Memory.Groups)
	gauge(statFree, s.Memory.Free)
	count(statRefused, s.Memory.Refused)
}

// unique returns the texts as valid UTF-8, each once: a label's value must be that, and a
// series there only once.
func unique(texts []string) (once []string) {
	for _, text := range texts {
		if text = strings.ToValidUTF8(text, "\uFFFD"); !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}
