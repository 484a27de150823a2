package bench

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// fixture is a result made by hand, in which nothing is measured.
func fixture() *Result {
	r := &Result{CPUs: []int{0, 3}, Dropped: 4, Rejected: 5, Notes: []string{"a note"}}
	for _, threads := range []int{1, 2} {
		r.Rows = append(r.Rows, &Row{Name: "shared × atomic", Threads: threads}, &Row{Name: "percpu", Threads: threads})
	}
	r.add([]float64{5, 2, 40, 2})
	r.add([]float64{4, 2.2, 44, 2.5})
	r.add([]float64{6, 1.8, 36, 2.4})
	r.summarize()
	return r
}

func TestTable(t *testing.T) {
	r := fixture()
	var b bytes.Buffer
	if err := r.Table().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\n" + r.Conditions() + "\n")
	golden(t, "testdata/table.golden", b.Bytes())
}

func TestJSON(t *testing.T) {
	j, err := json.MarshalIndent(fixture(), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/result.golden.json", append(j, '\n'))
}

func TestJoin(t *testing.T) {
	r := Join(fixture(), fixture())
	row := r.Row("percpu", 2)
	if r.Rounds != 6 || r.Dropped != 2 || r.Rejected != 10 || len(row.Costs) != 6 || row.Min != 2 || row.Median != 2.4 {
		t.Errorf("two results joined: %+v, %+v", r, row)
	}
	if Join() != nil {
		t.Error("nothing joined is something")
	}
}

func TestRatios(t *testing.T) {
	r := fixture()
	shared, percpu := r.Row("shared × atomic", 2), r.Row("percpu", 2)
	for _, test := range []struct {
		name      string
		got, want Ratio
	}{
		{"Cost", Cost(shared, percpu), Ratio{Median: 17.6, Minima: 18}},
		{"Throughput", Throughput(percpu, r.Row("percpu", 1)), Ratio{Median: 2 * 2.2 / 2.5, Minima: 2 * 1.8 / 2}},
	} {
		if math.Abs(test.got.Median-test.want.Median) > 1e-9 || math.Abs(test.got.Minima-test.want.Minima) > 1e-9 {
			t.Errorf("%s = %v, want %v", test.name, test.got, test.want)
		}
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
