package main

import (
	"fmt"
	"io"

	"github.com/percpu-go/percpu/bench"
)

// retries is how often a row that fails is measured again.
const retries = 3

// verdict is what was measured of a row, and what should have been.
type verdict struct {
	row   row
	entry entry
	ratio bench.Ratio
	tries int
}

// ok says whether either figure is within the bounds. Noise comes and goes,
// and rarely spoils both; what makes code slow makes both bad. Of two threads
// only the median tells: words that they contend for are cheap in a round in
// which one of them stood still.
func (v verdict) ok() bool {
	return v.entry.admits(v.ratio.Median) || v.row.aOn == 1 && v.entry.admits(v.ratio.Minima)
}

func (e entry) admits(ratio float64) bool {
	return (e.low == 0 || ratio >= e.low*e.expected) && (e.high == 0 || ratio <= e.high*e.expected)
}

func (e entry) bounds() string {
	switch {
	case e.low == 0:
		return fmt.Sprintf("at most %.2f", e.high*e.expected)
	case e.high == 0:
		return fmt.Sprintf("at least %.2f", e.low*e.expected)
	default:
		return fmt.Sprintf("%.2f to %.2f", e.low*e.expected, e.high*e.expected)
	}
}

// judgeAll measures all rows, and those that fail again. It returns the last
// verdict of each.
func judgeAll(t *table, measure measure, log io.Writer) ([]verdict, error) {
	verdicts := make([]verdict, len(rows))
	pending := rows
	for try := 0; len(pending) > 0 && try <= retries; try++ {
		r, err := measure(implsOf(pending), try)
		if err != nil {
			return nil, err
		}
		var failed []row
		for i, row := range rows {
			if r.Row(row.a, row.aOn) == nil || r.Row(row.b, row.bOn) == nil || (try > 0 && verdicts[i].ok()) {
				continue // not measured this time, or not asked for
			}
			verdicts[i] = verdict{row, t.entries[row.name], row.ratio(r), try + 1}
			if !verdicts[i].ok() {
				failed = append(failed, row)
				again := ""
				if try < retries {
					again = fmt.Sprintf(": measuring it again (%d of %d)", try+1, retries)
				}
				fmt.Fprintf(log, "gate: %s is outside its bounds%s\n", verdicts[i], again)
			}
		}
		pending = failed
	}
	return verdicts, nil
}

func (v verdict) String() string {
	return fmt.Sprintf("%q: median %.2f, minima %.2f, expected %.2f (%s)", v.row.name, v.ratio.Median, v.ratio.Minima, v.entry.expected, v.entry.bounds())
}

// report writes the verdicts and returns the exit status.
func report(out io.Writer, verdicts []verdict, all bool) int {
	t := bench.Table{{"ratio", "median", "minima", "expected", "bounds", "measured", "verdict"}}
	failed := 0
	for _, v := range verdicts {
		word := "ok"
		if !v.ok() {
			word = "FAILED"
			failed++
		} else if !all {
			continue
		}
		t = append(t, []string{
			v.row.name,
			fmt.Sprintf("%.2f", v.ratio.Median),
			fmt.Sprintf("%.2f", v.ratio.Minima),
			fmt.Sprintf("%.2f", v.entry.expected),
			v.entry.bounds(),
			fmt.Sprintf("%d×", v.tries),
			word,
		})
	}
	if len(t) > 1 {
		if err := t.WriteMarkdown(out); err != nil {
			return statusCannot
		}
	}
	if failed > 0 {
		fmt.Fprintf(out, "gate: %d of %d ratios are outside their bounds\n", failed, len(verdicts))
		for _, v := range verdicts {
			if !v.ok() && v.entry.comment != "" {
				fmt.Fprintf(out, "gate: %q: %s\n", v.row.name, v.entry.comment)
			}
		}
		return statusOutside
	}
	fmt.Fprintf(out, "gate: %d ratios are within their bounds\n", len(verdicts))
	return statusOK
}
