package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/percpu-go/percpu/rseqbackend"
)

func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	if err := r.writeBackend(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	_, err := r.Feature.WriteTo(w)
	return err
}

// writeBackend writes all but the feature report, for people.
func (r *report) writeBackend(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, name+"\t"+format+"\n", args...)
	}
	line("backend", "%s", orNone(r.Backend))
	for _, x := range r.Rejections {
		line("rejected", "%s, %s: %s", x.Backend, x.finality(), oneLine(x.Cause))
	}
	if i := r.Rseq; i != nil {
		if i.UnlistedGo {
			line("Go", "not a listed version; allowed by %s=%s or the program, at your own risk", rseqbackend.GoEnv, rseqbackend.GoUnlisted)
		}
		line("index", "%s", i.Index)
		line("process", "thread blocks are %s's", i.Process)
		line("rseq areas", "%s, %d bytes, %d of them current: %s", i.AreaOwner, i.AreaSize, i.UsableSize, i.Fields)
	}
	for _, t := range r.Threads {
		line(t.name(), "%s", t)
	}
	line("atomic hint", "%s", orNone(string(r.Atomic.Hint)+oneLine(r.Atomic.Error)))
	if m := r.Memory; m != nil {
		line("slots", "%d and %d overflow, %d bytes apart", m.Slots, m.Overflow, m.Stride)
		line("avoided", "%s", offsets(m.Avoid))
		line("memory", "%d chunks, %d groups of cells in use, %d free, %d cells refused", m.Chunks, m.Groups, m.Free, m.Refused)
	}
	if r.Fences != nil {
		line("fences", "by %s", *r.Fences)
	}
	if s := r.Stats; s != nil {
		line("registrations", "%d, failed %s", s.Registrations, failures(s.Failures))
		line("failed fences", "%s", failures(s.FenceFailures))
		line("overflows", "%d operations", s.Overflows)
		line("own areas", "%d, in use %d", s.Areas, s.AreasInUse)
		line("aborts", "%d (counted with tag percpuinject only)", s.Aborts)
	}
	for _, what := range r.NotPromised {
		line("not promised", "%s", what)
	}
	return tw.Flush()
}

func (x rejection) finality() string {
	if x.Conclusive {
		return "for good"
	}
	return "for now"
}

func (t thread) name() string {
	if t.Main {
		return "main thread"
	}
	return "other thread"
}

func (t thread) String() string {
	area := fmt.Sprintf("rseq area %s", t.Owner)
	switch t.Owner {
	case rseqbackend.OwnerNone:
	case rseqbackend.OwnerError:
		area += ", on overflow slots"
	default:
		area += fmt.Sprintf(" at page offset %#x, cpu_id %d", t.PageOffset, t.CPUID)
	}
	return fmt.Sprintf("%s, counted %d", area, t.Adds)
}

// failures lists counts by errno, in order.
func failures(by map[string]uint64) string {
	var list []string
	for _, errno := range slices.Sorted(maps.Keys(by)) {
		list = append(list, fmt.Sprintf("%s %d", errno, by[errno]))
	}
	return orNone(strings.Join(list, ", "))
}

func offsets(list []uintptr) string {
	var s []string
	for _, o := range list {
		s = append(s, fmt.Sprintf("%#x", o))
	}
	return orNone(strings.Join(s, ", "))
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
