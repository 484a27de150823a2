package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// writeTable writes the report for people, with the top extensions by bytes and
// the rest of them in one row, or all if top is 0.
func (r *report) writeTable(w io.Writer, top int) error {
	var b bytes.Buffer
	if r.Interrupted {
		fmt.Fprintf(&b, "interrupted: the trees have not been counted to the end\n\n")
	}
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, n numbers) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t\n", name, n.Files, n.Bytes, n.Lines, n.Words)
	}
	fmt.Fprintf(tw, "extension\tfiles\tbytes\tlines\twords\t\n")
	extensions := r.sorted()
	var rest numbers
	for i, ext := range extensions {
		if n := r.Extensions[ext]; top == 0 || i < top {
			row(ext, n)
		} else {
			rest = rest.plus(n)
		}
	}
	if top > 0 && len(extensions) > top {
		row(fmt.Sprintf("%d more", len(extensions)-top), rest)
	}
	row("total", r.numbers)
	fmt.Fprintf(tw, "dirs\t%d\t\n", r.Dirs)
	fmt.Fprintf(tw, "other\t%d\t\n", r.Other)
	fmt.Fprintf(tw, "skipped\t%d\t\n", r.Skipped)
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(&b)
	for _, rejected := range r.Rejections {
		fmt.Fprintf(&b, "not %s: %s\n", rejected.Backend, oneLine(rejected.Cause))
	}
	fmt.Fprintf(&b, "backend %s, %d workers, %.3fs: %s/s, %.0f files/s\n",
		r.Backend, r.Workers, r.Seconds, megabytes(int64(r.BytesPerSecond)), r.FilesPerSecond)
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
		fmt.Fprintf(w, "verify: %d numbers equal\n", v.Numbers)
	default:
		fmt.Fprintf(w, "verify: %d of %d numbers differ\n", len(v.Differences), v.Numbers)
	}
}

// sorted returns the extensions by bytes, the largest first.
func (r *report) sorted() []string {
	return slices.SortedFunc(maps.Keys(r.Extensions), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(r.Extensions[b].Bytes, r.Extensions[a].Bytes),
			cmp.Compare(a, b))
	})
}
