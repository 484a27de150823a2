package victoriametrics

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/VictoriaMetrics/metrics"

	"github.com/percpu-go/percpu/primitives"
)

// float writes a number as the text format has it.
func float(x float64) string {
	if math.IsInf(x, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// bucketLabel is the label that a histogram's buckets have, and so no label of its own.
const bucketLabel = "le"

func wantNoBucketLabel(name string, labels []string) {
	if slices.Contains(slices.Concat(labels, ownLabels(name)), bucketLabel) {
		panic("percpu: the histogram " + name + " has a label " + bucketLabel + ", as its buckets have")
	}
}

// ownLabels returns the labels in a name, of name{label="value", …}.
func ownLabels(name string) (labels []string) {
	_, rest, _ := strings.Cut(name, "{")
	for {
		label, value, ok := strings.Cut(rest, `="`)
		if !ok {
			return labels
		}
		labels = append(labels, strings.Trim(label, ", "))
		for i := 0; ; i++ {
			if i >= len(value) {
				return labels
			}
			if value[i] == '"' {
				rest = value[i+1:]
				break
			}
			if value[i] == '\\' {
				i++
			}
		}
	}
}

// Histogram writes h with its buckets. It panics if name has a label le.
func (s *Set) Histogram(name string, h *primitives.Histogram) {
	wantNoBucketLabel(name, nil)
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "histogram")
		writeHistogram(w, name, h)
	})
}

// HistogramVec writes the series of v with its labels. What is in v's Overflow is not
// written. It panics if one of the labels is le.
func (s *Set) HistogramVec(name string, v *primitives.HistogramVec) {
	wantNoBucketLabel(name, v.Labels())
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "histogram")
		v.Range(func(values []string, h *primitives.Histogram) bool {
			writeHistogram(w, labelled(name, v.Labels(), values), h)
			return true
		})
	})
}

func writeHistogram(w *bytes.Buffer, name string, h *primitives.Histogram) {
	var s primitives.HistogramSnapshot
	h.Snapshot(&s)
	seen := uint64(0)
	for i, bound := range s.Bounds {
		seen += s.Buckets[i]
		writeBucket(w, name, bound, seen)
	}
	writeSums(w, name, s.Sum, s.Count)
}

// ExpHistogram writes h with those of its buckets that are not empty. It panics if
// name has a label le.
func (s *Set) ExpHistogram(name string, h *primitives.ExpHistogram) {
	wantNoBucketLabel(name, nil)
	s.add(name, func(w *bytes.Buffer) {
		metrics.WriteMetadataIfNeeded(w, name, "histogram")
		var s primitives.ExpHistogramSnapshot
		h.Snapshot(&s)
		seen := uint64(0)
		add := func(bound float64, n uint64) {
			if n > 0 && !math.IsInf(bound, 1) {
				seen += n
				writeBucket(w, name, bound, seen)
			}
		}
		for i := len(s.Negative.Counts) - 1; i >= 0; i-- {
			add(-power(s.Negative.Offset+int32(i), s.Scale), s.Negative.Counts[i])
		}
		add(s.ZeroThreshold, s.ZeroCount)
		for i, n := range s.Positive.Counts {
			add(power(s.Positive.Offset+int32(i)+1, s.Scale), n)
		}
		writeSums(w, name, s.Sum, s.Count)
	})
}

// power returns 2^(n/2^scale).
func power(n, scale int32) float64 { return math.Exp2(math.Ldexp(float64(n), -int(scale))) }

func writeBucket(w *bytes.Buffer, name string, bound float64, n uint64) {
	full := labelled(suffixed(name, "_bucket"), []string{bucketLabel}, []string{float(bound)})
	fmt.Fprintf(w, "%s %d\n", full, n)
}

// writeSums writes what stands behind the buckets.
func writeSums(w *bytes.Buffer, name string, sum float64, count uint64) {
	writeBucket(w, name, math.Inf(1), count)
	fmt.Fprintf(w, "%s %s\n", suffixed(name, "_sum"), float(sum))
	fmt.Fprintf(w, "%s %d\n", suffixed(name, "_count"), count)
}

// suffixed adds a suffix to a name before its labels.
func suffixed(name, suffix string) string {
	base, labels, ok := strings.Cut(name, "{")
	if !ok {
		return name + suffix
	}
	return base + suffix + "{" + labels
}
