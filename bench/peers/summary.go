package peers

import (
	"fmt"
	"io"
	"strings"

	"github.com/percpu-go/percpu/bench"
)

// WriteSummary writes every target of some reports with what each of them
// measured: median and, in brackets, minima.
func WriteSummary(w io.Writer, reports []*Report) error {
	fmt.Fprint(w, "\n## summary\n\n")
	for _, r := range reports {
		facts := make([]string, len(r.Facts))
		for i, f := range r.Facts {
			facts[i] = f.Name + " " + f.Value
		}
		fmt.Fprintf(w, "- %s: %s\n", r.title(), strings.Join(facts, "; "))
	}
	fmt.Fprintln(w)
	if err := summaryTable(reports).WriteMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, r := range reports {
		met, missed := r.count()
		fmt.Fprintf(w, "%s: %d targets met, %d missed\n", r.title(), met, missed)
	}
	return nil
}

func (r *Report) title() string {
	if r.Setting == "" {
		return "measured"
	}
	return r.Setting
}

// count returns how many targets were met and missed. Those without a bound are
// neither.
func (r *Report) count() (met, missed int) {
	for _, g := range r.Groups {
		for _, v := range g.Verdicts {
			switch v.Status() {
			case Missed:
				missed++
			case shown:
			default:
				met++
			}
		}
	}
	return met, missed
}

// summaryTable has a row for each target, in the order of the reports, and a
// column for each report. A target whose bound depends on the setting has
// several rows.
func summaryTable(reports []*Report) bench.Table {
	type target struct {
		what    string
		threads int
		bound   Bound
	}
	table := bench.Table{{"target", "threads", "bound"}}
	lines := make(map[target]int)
	for column, r := range reports {
		table[0] = append(table[0], r.title())
		for i := range table[1:] {
			table[i+1] = append(table[i+1], "")
		}
		for _, g := range r.Groups {
			for _, v := range g.Verdicts {
				t := target{v.What, v.Threads, v.Bound}
				line, ok := lines[t]
				if !ok {
					line = len(table)
					lines[t] = line
					table = append(table, append([]string{v.What, threads(v.Threads), v.Bound.String()}, make([]string, column+1)...))
				}
				table[line][3+column] = fmt.Sprintf("%s (%s) %s", figure(v.Ratio.Median), figure(v.Ratio.Minima), v.Status())
			}
		}
	}
	return table
}

// figure writes ratios with two decimals, and larger figures without.
func figure(v float64) string {
	if v >= 100 || v <= -100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
