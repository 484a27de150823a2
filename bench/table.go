package bench

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is text in rows and columns. The first row is the heading.
type Table [][]string

// WriteMarkdown writes the table as Markdown that is legible as it is. The
// first column is aligned to the left, the others to the right.
func (t Table) WriteMarkdown(w io.Writer) error {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 2)
		}
	}
	var b strings.Builder
	for r, row := range t {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprintf(&b, "| %s%s ", cell, pad)
			} else {
				fmt.Fprintf(&b, "| %s%s ", pad, cell)
			}
		}
		b.WriteString("|\n")
		if r > 0 {
			continue
		}
		for i, width := range widths {
			if i == 0 {
				fmt.Fprintf(&b, "|%s", strings.Repeat("-", width+2))
			} else {
				fmt.Fprintf(&b, "|%s:", strings.Repeat("-", width+1))
			}
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Table returns the rows of the result. Costs are nanoseconds per operation and
// thread; the last two columns compare them with the first row of as many
// threads.
func (r *Result) Table() Table {
	t := Table{{"implementation", "threads", "min ns", "median ns", "Mop/s", "× first", "minima"}}
	first := make(map[int]*Row)
	for _, row := range r.Rows {
		if first[row.Threads] == nil {
			first[row.Threads] = row
		}
		ratio := Cost(row, first[row.Threads])
		t = append(t, []string{
			row.Name,
			fmt.Sprint(row.Threads),
			fmt.Sprintf("%.2f", row.Min),
			fmt.Sprintf("%.2f", row.Median),
			fmt.Sprintf("%.0f", row.Throughput),
			fmt.Sprintf("%.2f", ratio.Median),
			fmt.Sprintf("%.2f", ratio.Minima),
		})
	}
	return t
}

// Conditions says how the result came about.
func (r *Result) Conditions() string {
	var b strings.Builder
	if r.CPUs != nil {
		fmt.Fprintf(&b, "threads pinned to CPUs %v; ", r.CPUs)
	}
	fmt.Fprintf(&b, "%d rounds, %d more given up; %d windows rejected", r.Rounds, r.Dropped, r.Rejected)
	for _, note := range r.Notes {
		b.WriteString("\n" + note)
	}
	return b.String()
}
