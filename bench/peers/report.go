package peers

import (
	"fmt"
	"io"
	"slices"

	"github.com/percpu-go/percpu/bench"
)

// Report is what a run of this program has to say.
type Report struct {
	Setting string    `json:"setting,omitempty"` // that the program was built and run in, if it was one of several
	Facts   []Fact    `json:"facts"`
	Groups  []Group   `json:"groups"`
	Layouts []*Report `json:"layouts,omitempty"` // that this one sums up
}

// Group is rows that are compared with each other.
type Group struct {
	Name     string        `json:"name"`
	Result   *bench.Result `json:"result,omitempty"`
	Parts    []Part        `json:"parts,omitempty"` // of a size
	Verdicts []Verdict     `json:"verdicts"`
}

// Missed says whether a target was missed.
func (r *Report) Missed() bool {
	for _, g := range r.Groups {
		if slices.ContainsFunc(g.Verdicts, func(v Verdict) bool { return v.Status() == Missed }) {
			return true
		}
	}
	return false
}

// Write writes the report as Markdown.
func (r *Report) Write(w io.Writer) error {
	for _, f := range r.Facts {
		fmt.Fprintf(w, "%s: %s\n", f.Name, f.Value)
	}
	for _, g := range r.Groups {
		fmt.Fprintf(w, "\n## %s\n\n", g.Name)
		if err := g.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (g Group) write(w io.Writer) error {
	if g.Result != nil {
		fmt.Fprintf(w, "%s.\n\n", g.Result.Conditions())
		if err := g.Result.Table().WriteMarkdown(w); err != nil {
			return err
		}
	}
	if g.Parts != nil {
		if err := partsTable(g.Parts).WriteMarkdown(w); err != nil {
			return err
		}
	}
	if g.Verdicts == nil {
		return nil
	}
	if g.Result != nil || g.Parts != nil {
		fmt.Fprintln(w)
	}
	return VerdictTable(g.Verdicts).WriteMarkdown(w)
}

// VerdictTable returns the targets with what was measured.
func VerdictTable(verdicts []Verdict) bench.Table {
	heading := []string{"target", "threads", "bound", "median", "minima", ""}
	t := bench.Table{heading}
	for _, v := range verdicts {
		line := []string{v.What, threads(v.Threads), v.Bound.String(), figure(v.Ratio.Median), figure(v.Ratio.Minima), v.Status()}
		if v.Layouts != nil {
			line = append(line, spread(v.Layouts, func(r bench.Ratio) float64 { return r.Median }),
				spread(v.Layouts, func(r bench.Ratio) float64 { return r.Minima }))
		}
		t = append(t, line)
	}
	if n := len(t[len(t)-1]) - len(heading); n > 0 {
		t[0] = append(t[0], "medians of layouts", "minima of layouts")
	}
	if slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Note != "" }) {
		t[0] = append(t[0], "note")
		for i, v := range verdicts {
			t[i+1] = append(t[i+1], v.Note)
		}
	}
	return t
}

func threads(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func spread(ratios []bench.Ratio, of func(bench.Ratio) float64) string {
	values := make([]float64, len(ratios))
	for i, r := range ratios {
		values[i] = of(r)
	}
	return fmt.Sprintf("%.2f to %.2f", slices.Min(values), slices.Max(values))
}
