package peers

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/percpu-go/percpu/bench"
)

var update = flag.Bool("update", false, "write the golden files")

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		bound          Bound
		median, minima float64
		want           string
	}{
		{Bound{}, 1.5, 1.4, shown},
		{atMost(1.5), 1.5, 1.4, okBoth},
		{atMost(1.5), 1.5, 1.6, okMedian},
		{atMost(1.5), 1.6, 1.5, okMinima},
		{atMost(1.5), 1.6, 1.6, Missed},
		{atLeast(4), 4, 5, okBoth},
		{atLeast(4), 4, 3.9, okMedian},
		{atLeast(4), 3.9, 4, okMinima},
		{atLeast(4), 3.9, 3, Missed},
	} {
		v := Verdict{Bound: test.bound, Ratio: bench.Ratio{Median: test.median, Minima: test.minima}}
		if got := v.Status(); got != test.want {
			t.Errorf("%v, median %v, minima %v: %s, want %s", test.bound, test.median, test.minima, got, test.want)
		}
	}
}

// fixture is a report in which nothing was measured.
func fixture(factor float64) *Report {
	r := &bench.Result{CPUs: []int{0, 1}, Rounds: 2, Rejected: 3, Rows: []*bench.Row{
		{Name: Plain, Threads: 1, Min: 1, Median: 1.5, Costs: []float64{1, 2}},
		{Name: PercpuRseq, Threads: 1, Min: 2 * factor, Median: 2.5 * factor, Costs: []float64{3 * factor, 2 * factor}},
	}}
	return &Report{
		Facts: []Fact{{"machine", "none"}},
		Groups: []Group{
			{Name: "counter", Result: r, Verdicts: Judge(r, CounterTargets(Host{}))},
			{Name: "memory", Parts: []Part{{"heap", 2_700_000, true}, {"other", 1, false}},
				Verdicts: []Verdict{{What: "bytes", Bound: atMost(48), Ratio: bench.Ratio{Median: 46, Minima: 46}}}},
		},
	}
}

func TestReport(t *testing.T) {
	one := fixture(1)
	if !one.Missed() {
		t.Error("nothing missed with a ratio of 2 where 1.5 is the bound")
	}
	if r := fixture(0.5); r.Missed() {
		t.Errorf("missed: %+v", r.Groups)
	}
	var b bytes.Buffer
	if err := one.Write(&b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\n# Layouts\n\n")
	if err := SumUp([]*Report{one, fixture(0.5), fixture(0.75)}).Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.golden", b.Bytes())
}

func TestSummary(t *testing.T) {
	one, other := fixture(1), fixture(0.5)
	one.Setting, other.Setting = "one", "other"
	other.Groups[1].Verdicts[0].Bound = atMost(40)
	var b bytes.Buffer
	if err := WriteSummary(&b, []*Report{one, other}); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/summary.golden", b.Bytes())
}

func TestFindPerCPU(t *testing.T) {
	smaps, err := os.ReadFile("testdata/smaps")
	if err != nil {
		t.Fatal(err)
	}
	resident, size := findPerCPU(string(smaps))
	if resident != 792<<10 || size != 1152<<10 {
		t.Errorf("%d bytes resident of %d, want %d of %d", resident, size, 792<<10, 1152<<10)
	}
}

// TestProcPinCounter is for the linkname: it must still find the runtime's
// functions.
func TestProcPinCounter(t *testing.T) {
	c := newProcPinCounter()
	c.Add(2)
	c.AddPlain(3)
	if got := c.Load(); got != 5 {
		t.Errorf("Load() = %d, want 5", got)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}
