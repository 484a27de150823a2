package main

import "github.com/percpu-go/percpu/bench"

// document is a page, before it is written as Markdown or HTML.
type document struct {
	Title    string
	Text     []string
	Sections []section
}

// section is a heading with what stands under it, in this order.
type section struct {
	Title  string
	Model  bool // figures that were computed, not measured
	Text   []string
	Charts []chart
	Table  bench.Table
	Marks  []mark // of the table's rows, from the first below the heading
	Notes  []string
}

// mark says how a row of a table is to look.
type mark string

const (
	none mark = ""
	win  mark = "win"
	loss mark = "loss"
	ours mark = "ours"
)

// chart is a picture with its caption. Markdown has none.
type chart struct {
	Caption string
	SVG     string
}

// row adds a row to the table.
func (s *section) row(m mark, cells ...string) {
	s.Table = append(s.Table, cells)
	s.Marks = append(s.Marks, m)
}
