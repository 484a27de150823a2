package main

import (
	_ "embed"
	"fmt"
	"os"
	"strconv"
	"strings"
)

//go:embed table.tsv
var builtin string

// table is what the ratios of all rows are expected to be.
//
// Its text has a line for each row, with five columns separated by tabs: name,
// expected ratio, low and high, comment. Low and high are factors: a ratio
// between expected × low and expected × high is within the bounds; - is no
// bound. Empty lines and lines that begin with # are kept as they are.
type table struct {
	lines   []string
	entries map[string]entry
}

type entry struct {
	line     int // index
	expected float64
	low      float64 // factor; 0 for none
	high     float64 // factor; 0 for none
	comment  string
}

// readTable reads the table from a file, or the one that was built in.
func readTable(file string) (*table, error) {
	if file == "" {
		return parseTable("built-in table", builtin)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseTable(file, string(text))
}

func parseTable(file, text string) (*table, error) {
	t := &table{lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n"), entries: make(map[string]entry)}
	for i, line := range t.lines {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, e, err := parseEntry(line)
		if err == nil {
			err = t.enter(name, e, i)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	for _, r := range rows {
		if _, ok := t.entries[r.name]; !ok {
			return nil, fmt.Errorf("%s: no line for %q", file, r.name)
		}
	}
	return t, nil
}

func (t *table) enter(name string, e entry, line int) error {
	if earlier, ok := t.entries[name]; ok {
		return fmt.Errorf("%q is in line %d already", name, earlier.line+1)
	}
	if rowOf(name) == nil {
		return fmt.Errorf("%q is not measured", name)
	}
	e.line = line
	t.entries[name] = e
	return nil
}

func parseEntry(line string) (name string, e entry, err error) {
	columns := strings.Split(line, "\t")
	if len(columns) != 5 {
		return "", e, fmt.Errorf("%d columns, want 5: name, expected, low, high, comment, with tabs between", len(columns))
	}
	name, e.comment = columns[0], columns[4]
	if e.expected, err = number("expected", columns[1]); err != nil {
		return "", e, err
	}
	if e.low, err = factor("low", columns[2]); err != nil {
		return "", e, err
	}
	if e.high, err = factor("high", columns[3]); err != nil {
		return "", e, err
	}
	switch {
	case e.low == 0 && e.high == 0:
		return "", e, fmt.Errorf("%q has no bound, so it can't fail", name)
	case e.low >= 1:
		return "", e, fmt.Errorf("low is a factor below 1, not %s", columns[2])
	case e.high != 0 && e.high <= 1:
		return "", e, fmt.Errorf("high is a factor above 1, not %s", columns[3])
	}
	return name, e, nil
}

func factor(column, text string) (float64, error) {
	if text == "-" {
		return 0, nil
	}
	return number(column, text)
}

func number(column, text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x < 1e6) {
		return 0, fmt.Errorf("%s is %q, not a positive number", column, text)
	}
	return x, nil
}

// expect writes a new ratio into the line of a row.
func (t *table) expect(name string, ratio float64) {
	e := t.entries[name]
	columns := strings.Split(t.lines[e.line], "\t")
	columns[1] = strconv.FormatFloat(ratio, 'f', 2, 64)
	t.lines[e.line] = strings.Join(columns, "\t")
	e.expected = ratio
	t.entries[name] = e
}

func (t *table) String() string { return strings.Join(t.lines, "\n") + "\n" }

// updateTable measures all rows and writes the table with what they are.
func updateTable(t *table, measure measure, file string) error {
	r, err := measure(implsOf(rows), 0)
	if err != nil {
		return err
	}
	for _, row := range rows {
		t.expect(row.name, row.ratio(r).Median)
	}
	text := t.String()
	if _, err := parseTable("updated table", text); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
