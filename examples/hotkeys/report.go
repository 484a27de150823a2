package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/percpu-go/percpu/backend"
)

// report is what the program prints; in JSON, as it stands here.
type report struct {
	Files       []string `json:"files"`
	Interrupted bool     `json:"interrupted"`

	result

	Backend    string        `json:"backend"`
	Rejections []rejection   `json:"rejections"`
	Stats      backend.Stats `json:"stats"`

	Workers        int     `json:"workers"`
	Seconds        float64 `json:"seconds"`
	BytesPerSecond float64 `json:"bytes_per_second"`

	Verification *verification `json:"verification,omitempty"`

	failed bool // a file could not be read to its end
}

// result is what was counted.
type result struct {
	Bytes int64      `json:"bytes"`
	Total int64      `json:"total"` // words or fields
	Keys  int        `json:"keys"`  // different ones that have a count
	Other int64      `json:"other"` // words or fields for which there was no room
	Top   []keyCount `json:"top"`   // the most frequent first

	all map[string]int64
}

type keyCount struct {
	Key   string `json:"key"`
	Count int64  `json:"count"`
}

// rejection is a better backend than the one used, and why it isn't used.
type rejection struct {
	Backend string `json:"backend"`
	Cause   string `json:"cause"`
}

func (r *report) elapsed(d time.Duration) {
	r.Seconds = d.Seconds()
	if r.Seconds > 0 {
		r.BytesPerSecond = float64(r.Bytes) / r.Seconds
	}
}

func (r *report) describe(s backend.Selection) {
	r.Backend = s.Backend.Name()
	r.Stats = s.Backend.Stats()
	for _, rejected := range s.Rejections {
		r.Rejections = append(r.Rejections, rejection{rejected.Backend, rejected.Err.Error()})
	}
}

// sorted returns the n most frequent keys, or all if n is 0.
func (r *result) sorted(n int) []keyCount {
	top := make([]keyCount, 0, len(r.all))
	for key, count := range r.all {
		top = append(top, keyCount{key, count})
	}
	slices.SortFunc(top, func(a, b keyCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key))
	})
	if n > 0 && n < len(top) {
		top = top[:n]
	}
	return top
}

func (r *report) write(w io.Writer, f flags) error {
	r.Top = r.sorted(f.top)
	if !f.json {
		return r.writeTable(w)
	}
	r.Rejections = append([]rejection{}, r.Rejections...) // never null
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// writeTable writes the report for people.
func (r *report) writeTable(w io.Writer) error {
	var b bytes.Buffer
	if r.Interrupted {
		fmt.Fprintf(&b, "interrupted: the input has not been counted to the end\n\n")
	}
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "count\tshare\t  key\n")
	row := func(count int64, key string) {
		fmt.Fprintf(tw, "%d\t%.2f %%\t  %s\n", count, 100*float64(count)/float64(max(1, r.Total)), key)
	}
	rest := r.Total - r.Other
	for _, k := range r.Top {
		row(k.Count, printable(k.Key))
		rest -= k.Count
	}
	if more := r.Keys - len(r.Top); more > 0 {
		row(rest, fmt.Sprintf("(%d more keys)", more))
	}
	if r.Other > 0 {
		row(r.Other, "(other keys, for which there was no room)")
	}
	row(r.Total, "(total)")
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(&b)
	for _, rejected := range r.Rejections {
		fmt.Fprintf(&b, "not %s: %s\n", rejected.Backend, strings.ReplaceAll(rejected.Cause, "\n", "; "))
	}
	fmt.Fprintf(&b, "backend %s, %d workers, %.3fs: %s, %s/s\n",
		r.Backend, r.Workers, r.Seconds, megabytes(r.Bytes), megabytes(int64(r.BytesPerSecond)))
	r.writeVerification(&b)
	_, err := b.WriteTo(w)
	return err
}

func (r *report) writeVerification(w io.Writer) {
	v := r.Verification
	switch {
	case v == nil:
	case v.Interrupted:
		fmt.Fprintln(w, "verify: interrupted")
	case len(v.Differences) == 0:
		fmt.Fprintf(w, "verify: %d numbers equal, %.3fs with a map under a mutex\n", v.Numbers, v.Seconds)
	default:
		fmt.Fprintf(w, "verify: %d of %d numbers differ\n", len(v.Differences), v.Numbers)
	}
}

// printable returns the key, quoted if a terminal might take it for something
// else: keys come from whoever sent requests.
func printable(key string) string {
	if q := strconv.Quote(key); q[1:len(q)-1] != key {
		return q
	}
	return key
}
