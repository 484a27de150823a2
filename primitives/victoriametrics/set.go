package victoriametrics

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/VictoriaMetrics/metrics"

	"github.com/percpu-go/percpu/primitives"
)

// A Set is values and the names that they are written by. The zero value is empty. Its
// methods may be called at any time and from any goroutine. They panic if a name is there
// already or is none that package metrics would take.
type Set struct {
	mu     sync.Mutex
	names  map[string]bool
	writes []func(w *bytes.Buffer)
}

func (s *Set) add(name string, write func(w *bytes.Buffer)) {
	metrics.NewSet().NewCounter(name) // panics for what is no name
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names[name] {
		panic("percpu: Set has a value " + name + " already")
	}
	if s.names == nil {
		s.names = make(map[string]bool)
	}
	s.names[name] = true
	s.writes = append(s.writes, write)
}

// WritePrometheus writes the values as they are now, in the order in which they were given.
// It is what metrics.RegisterMetricsWriter wants. What w says of errors is not asked.
func (s *Set) WritePrometheus(w io.Writer) {
	s.mu.Lock()
	writes := s.writes[:len(s.writes):len(s.writes)]
	s.mu.Unlock()
	var b bytes.Buffer
	for _, write := range writes {
		write(&b)
	}
	_, _ = w.Write(b.Bytes())
}

// Counter writes c as a counter. It must only grow.
func (s *Set) Counter(name string, c *primitives.Counter) {
	s.add(name, func(w *bytes.Buffer) { metrics.WriteCounterUint64(w, name, uint64(c.Load())) })
}

// Gauge writes c as a gauge: what is in flight, say.
func (s *Set) Gauge(name string, c *primitives.Counter) {
	s.add(name, func(w *bytes.Buffer) { // WriteGaugeUint64 knows of no negative number
		metrics.WriteMetadataIfNeeded(w, name, "gauge")
		fmt.Fprintf(w, "%s %d\n", name, c.Load())
	})
}

// FloatCounter writes c as a counter. It must only grow.
func (s *Set) FloatCounter(name string, c *primitives.FloatCounter) {
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "counter")
		fmt.Fprintf(w, "%s %s\n", name, float(c.Load()))
	})
}

// CounterMap writes each key of m as a counter with a label: the key as fmt prints it. What
// is in m's Overflow is not written.
func CounterMap[K comparable](s *Set, name, label string, m *primitives.CounterMap[K]) {
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "counter")
		for key, n := range m.All() {
			fmt.Fprintf(w, "%s %d\n", labelled(name, []string{label}, []string{fmt.Sprint(key)}), uint64(n))
		}
	})
}

// CounterVec writes the series of v as counters with its labels. What is in v's Overflow
// is not written.
func (s *Set) CounterVec(name string, v *primitives.CounterVec) {
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "counter")
		v.Range(func(values []string, c *primitives.Counter) bool {
			fmt.Fprintf(w, "%s %d\n", labelled(name, v.Labels(), values), uint64(c.Load()))
			return true
		})
	})
}

// FloatCounterVec is CounterVec for FloatCounters.
func (s *Set) FloatCounterVec(name string, v *primitives.FloatCounterVec) {
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "counter")
		v.Range(func(values []string, c *primitives.FloatCounter) bool {
			fmt.Fprintf(w, "%s %s\n", labelled(name, v.Labels(), values), float(c.Load()))
			return true
		})
	})
}

// Stats writes what [primitives.ReadStats] returns, by names that begin with percpu_. It
// waits for a selection of the backend that is under way.
func (s *Set) Stats() {
	s.add("percpu_backend_info", func(w *bytes.Buffer) {
		st := primitives.ReadStats()
		gauge := func(name string, n int, labelsAndValues ...string) {
			full := name
			if len(labelsAndValues) > 0 {
				full = labelled(name, labelsAndValues[:1], labelsAndValues[1:])
			}
			metrics.WriteGaugeUint64(w, full, uint64(n))
		}
		count := func(name string, n uint64, labelsAndValues ...string) {
			full := name
			if len(labelsAndValues) > 0 {
				full = labelled(name, labelsAndValues[:1], labelsAndValues[1:])
			}
			metrics.WriteCounterUint64(w, full, n)
		}
		if st.Backend != "" {
			gauge("percpu_backend_info", 1, "backend", st.Backend)
		}
		for _, reason := range st.Rejected {
			gauge("percpu_backend_rejected_info", 1, "reason", reason)
		}
		if st.UnlistedGo {
			gauge("percpu_unlisted_go", 1)
		}
		count("percpu_registrations_total", st.Registrations)
		for errno, n := range st.Failures {
			count("percpu_registration_failures_total", n, "errno", errno)
		}
		for errno, n := range st.FenceFailures {
			count("percpu_fence_failures_total", n, "errno", errno)
		}
		count("percpu_overflows_total", st.Overflows)
		gauge("percpu_areas", int(st.Areas))
		gauge("percpu_areas_in_use", int(st.AreasInUse))
		gauge("percpu_slots", st.Slots)
		gauge("percpu_memory_chunks", st.Memory.Chunks)
		gauge("percpu_memory_groups", st.Memory.Groups)
		gauge("percpu_memory_groups_free", st.Memory.Free)
		count("percpu_memory_refused_total", st.Memory.Refused)
	})
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelled adds labels to a name, which may have some.
func labelled(name string, labels, values []string) string {
	if len(labels) == 0 {
		return name
	}
	base, own, _ := strings.Cut(strings.TrimSuffix(name, "}"), "{")
	var b strings.Builder
	b.WriteString(base + "{" + own)
	for i, l := range labels {
		if i > 0 || own != "" {
			b.WriteString(",")
		}
		b.WriteString(l + `="` + escape.Replace(strings.ToValidUTF8(values[i], "\uFFFD")) + `"`)
	}
	b.WriteString("}")
	return b.String()
}
