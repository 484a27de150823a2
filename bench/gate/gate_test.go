package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/bench"
)

// costs are what implementations cost in a result that nobody measured.
type costs map[string]float64

// result gives each implementation its cost, 1 if it has none, on any number
// of threads.
func (c costs) result(impls []string) *bench.Result {
	r := new(bench.Result)
	for _, name := range impls {
		ns, ok := c[name]
		if !ok {
			ns = 1
		}
		for _, n := range []int{1, threads} {
			r.Rows = append(r.Rows, &bench.Row{Name: name, Threads: n, Min: ns, Median: ns, Costs: []float64{ns}})
		}
	}
	return r
}

func (c costs) measure(impls []string, _ int) (*bench.Result, error) { return c.result(impls), nil }

// evenTable expects of all rows what costs{} gives.
func evenTable(t *testing.T) *table {
	t.Helper()
	var text strings.Builder
	for _, r := range rows {
		text.WriteString(r.name + "\t1\t0.5\t2\tcomment of " + r.name + "\n")
	}
	parsed, err := parseTable("even", text.String())
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func judgeAndReport(t *testing.T, table *table, m measure, verbose bool) (status int, log string) {
	t.Helper()
	var out bytes.Buffer
	verdicts, err := judgeAll(table, m, &out)
	if err != nil {
		t.Fatal(err)
	}
	return report(&out, verdicts, verbose), out.String()
}

func TestGreen(t *testing.T) {
	status, log := judgeAndReport(t, evenTable(t), costs{}.measure, false)
	if status != statusOK || strings.Contains(log, "|") {
		t.Errorf("status %d\n%s", status, log)
	}
	_, log = judgeAndReport(t, evenTable(t), costs{}.measure, true)
	for _, r := range rows {
		if !strings.Contains(log, "| "+r.name+" ") {
			t.Errorf("no row %q in\n%s", r.name, log)
		}
	}
}

// TestRed makes each implementation three times as slow, and as fast: every
// row that it is in must be named, and no other.
func TestRed(t *testing.T) {
	for _, name := range implsOf(rows) {
		for _, factor := range []float64{3, 1. / 3} {
			status, log := judgeAndReport(t, evenTable(t), costs{name: factor}.measure, false)
			failed := false
			for _, r := range rows {
				want := (r.a == name) != (r.b == name)
				failed = failed || want
				if got := strings.Contains(log, "| "+r.name+" "); got != want {
					t.Errorf("%s costs %.2f: row %q named: %v, want %v", name, factor, r.name, got, want)
				}
			}
			if want := map[bool]int{true: statusOutside, false: statusOK}[failed]; status != want {
				t.Errorf("%s costs %.2f: status %d, want %d\n%s", name, factor, status, want, log)
			}
		}
	}
}

// TestRedSaysHowMuch pins down what a person reads.
func TestRedSaysHowMuch(t *testing.T) {
	_, log := judgeAndReport(t, evenTable(t), costs{counterLoad: 2.5}.measure, false)
	for _, want := range []string{
		`gate: "counter load / its words' loads": median 2.50, minima 2.50, expected 1.00 (0.50 to 2.00) is outside its bounds: measuring it again (1 of 3)`,
		`measuring it again (3 of 3)`,
		`| counter load / its words' loads |   2.50 |   2.50 |     1.00 | 0.50 to 2.00 |       4× |  FAILED |`,
		fmt.Sprintf(`gate: 1 of %d ratios are outside their bounds`, len(rows)),
		`gate: "counter load / its words' loads": comment of counter load`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no\n%s\nin\n%s", want, log)
		}
	}
}

// TestRetry lets a row fail until the last try, and sees that only what it
// needs is measured again.
func TestRetry(t *testing.T) {
	var tries []int
	status, log := judgeAndReport(t, evenTable(t), func(impls []string, try int) (*bench.Result, error) {
		tries = append(tries, try)
		if try > 0 && len(impls) != 2 {
			t.Errorf("try %d of %q", try, impls)
		}
		if try < retries {
			return costs{counterLoad: 3}.result(impls), nil
		}
		return costs{}.result(impls), nil
	}, true)
	if status != statusOK || len(tries) != retries+1 || tries[retries] != retries {
		t.Errorf("status %d after tries %v\n%s", status, tries, log)
	}
}

// TestEitherFigure: a row passes if its median or its minima are within bounds,
// but one of two threads only by the median.
func TestEitherFigure(t *testing.T) {
	e := entry{expected: 2, low: 0.5, high: 1.5}
	for _, test := range []struct {
		median, minima float64
		ok             bool
	}{
		{2, 2, true}, {3, 9, true}, {9, 3, true}, {1, 0.1, true},
		{3.1, 3.1, false}, {0.9, 0.9, false}, {0.9, 3.1, false},
	} {
		v := verdict{row: row{aOn: 1}, entry: e, ratio: bench.Ratio{Median: test.median, Minima: test.minima}}
		if got := v.ok(); got != test.ok {
			t.Errorf("median %v, minima %v: %v", test.median, test.minima, got)
		}
		v.row.aOn = 2
		if got := v.ok(); got != e.admits(test.median) {
			t.Errorf("2 threads, median %v, minima %v: %v", test.median, test.minima, got)
		}
	}
}

func TestSkip(t *testing.T) {
	for require, want := range map[string]int{"": statusOK, "rseq": statusOutside} {
		t.Setenv("PERCPU_REQUIRE", require)
		var out bytes.Buffer
		if got := skip(&out, os.ErrInvalid); got != want || !strings.Contains(out.String(), os.ErrInvalid.Error()) {
			t.Errorf("PERCPU_REQUIRE=%s: status %d, want %d: %s", require, got, want, &out)
		}
	}
}

func TestCannot(t *testing.T) {
	var out bytes.Buffer
	status := options{table: filepath.Join(t.TempDir(), "none")}.run(&out)
	if status != statusCannot || !strings.Contains(out.String(), "none") {
		t.Errorf("without a table: status %d: %s", status, &out)
	}
}
