package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBuiltinTable(t *testing.T) {
	parsed, err := readTable("")
	if err != nil {
		t.Fatal(err)
	}
	if parsed.String() != builtin {
		t.Error("the table is not written as it was read")
	}
}

func TestParseErrors(t *testing.T) {
	const name = "counter / plain++"
	for _, test := range []struct{ line, want string }{
		{"nosuch\t1\t-\t2\t", `"nosuch" is not measured`},
		{name + " 1 - 2", "1 columns, want 5: name, expected, low, high, comment, with tabs between"},
		{name + "\t1\t-\t2", "4 columns"},
		{name + "\tx\t-\t2\t", `expected is "x", not a positive number`},
		{name + "\t-\t-\t2\t", `expected is "-"`},
		{name + "\t0\t-\t2\t", `expected is "0"`},
		{name + "\tNaN\t-\t2\t", `expected is "NaN"`},
		{name + "\t1\t-1\t2\t", `low is "-1"`},
		{name + "\t1\t1.5\t2\t", "low is a factor below 1, not 1.5"},
		{name + "\t1\t0.5\t\t", `high is ""`},
		{name + "\t1\t0.5\t0.9\t", "high is a factor above 1, not 0.9"},
		{name + "\t1\t-\t-\t", "has no bound, so it can't fail"},
		{name + "\t1\t-\t2\t\n" + name + "\t1\t-\t2\t", `"counter / plain++" is in line 3 already`},
		{name + "\t1\t-\t2\t", `no line for "counter / plain += delta"`},
	} {
		_, err := parseTable("t.tsv", "# comment\n\n"+test.line+"\n")
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "t.tsv:") {
			t.Errorf("%q: error %v, want %s", test.line, err, test.want)
		}
	}
}

// TestUpdate writes other expectations, and then the old ones again.
func TestUpdate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "table.tsv")
	before := evenTable(t)
	before.lines = append([]string{"# kept", ""}, before.lines...)
	if err := os.WriteFile(file, []byte(before.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	update := func(c costs) *table {
		t.Helper()
		read, err := readTable(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := updateTable(read, c.measure, file); err != nil {
			t.Fatal(err)
		}
		if read, err = readTable(file); err != nil {
			t.Fatal(err)
		}
		return read
	}
	slow := costs{counterLoad: 2.5}
	after := update(slow)
	if status, log := judgeAndReport(t, after, slow.measure, false); status != statusOK {
		t.Errorf("what was measured does not pass:\n%s", log)
	}
	e := after.entries["counter load / its words' loads"]
	if e.expected != 2.5 || e.low != 0.5 || e.high != 2 || !strings.HasPrefix(e.comment, "comment of ") {
		t.Errorf("updated to %+v", e)
	}
	if got, want := update(costs{}).String(), strings.ReplaceAll(before.String(), "\t1\t", "\t1.00\t"); got != want {
		t.Errorf("updated back to\n%s\nwant\n%s", got, want)
	}
}

// TestUpdateRefuses: a measurement that is no number must not spoil the file.
func TestUpdateRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "table.tsv")
	if err := updateTable(evenTable(t), costs{counterLoad: 0}.measure, file); err == nil {
		t.Error("wrote a ratio of 0")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("wrote a file")
	}
}
