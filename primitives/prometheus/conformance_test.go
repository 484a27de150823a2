package prometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// theirTests is one of client_golang's test files, and what is changed in it so that it
// tests this package.
type theirTests struct {
	name string
	drop []string // functions about what is client_golang's alone, or within it
	edit []edit
	want []string // tests that must have run
}

type edit struct{ from, to string } // from is a regular expression

// internals says the same of our counters, vectors and histograms that tests say of
// client_golang's.
var internals = []edit{
	{`math\.Float64frombits\((\w+)\.valBits\)`, `$1.floats.Load()`},
	{`counter\.valInt\b`, `uint64(counter.ints.Load())`},
	{`\.Load\(\)\.\(\*dto\.Exemplar\)`, `.Load()`},
	{`val\.\(\*dto\.Exemplar\)`, `val`},
	{`\.MetricVec, dto`, `.all, dto`},
	{`\s+now:\s+func\(\) time\.Time \{ return now \},`, ``},
	{`(\n\s+)(now := time\.Now\(\))`, `$1$2${1}setClock(t, func() time.Time { return now })`},
	{`Gauge(VecOpts|Opts|Vec)\b`, `Counter$1`},
	{`\.Set\(`, `.Add(`},
	{`metricOut\.Gauge`, `metricOut.Counter`},
	{`vec\.hashAdd = .*`, `vec.hash = func(maphash.Seed, string) uint64 { return 1 }`},
	{`vec\.hashAddByte = .*`, ``},
	{`\b(vec|baseVec)\.metrics`, `collected($1)`},
}

var suite = []theirTests{
	{name: "counter_test.go", edit: internals, want: []string{"TestCounterAdd", "TestCounterExemplar", "TestCounterVecCreatedTimestampWithDeletes", "TestCounterVecGetMetricWithInvalidLabelValues"}},
	{name: "vec_test.go", edit: append(slices.Clone(internals), edit{`import \(`, "import (\n\"hash/maphash\""}),
		want: []string{"TestDeleteWithCollisions", "TestDeletePartialMatchWithConstraints", "TestMetricVecWithCollisions", "TestMetricVecWithConstraints", "TestCurryVecWithCollisions", "TestCurryVecWithConstraints"}},
	{name: "histogram_test.go",
		drop: []string{"TestBuckets", "TestGetLe", "TestNativeHistogramExemplar", "compareNativeExemplarValues", "TestFindBucket", "syncMapToMap", "TestConstNativeHistogram", "benchmarkFindBucket"},
		edit: append(slices.Clone(internals),
			edit{`\s+now:\s+func\(\) time\.Time \{ return ts \},`, ``},
			edit{`(his := NewHistogram\(HistogramOpts\{\n\t+Name:\s+"name")`, `if s.minResetDuration > 0 || s.maxZeroThreshold > 0 {
					t.Skip("client_golang's own")
				}
				setClock(t, func() time.Time { return ts })
				$1`},
			edit{`(?s)\s+now: func\(\) time\.Time \{\s+return time\.Unix\(atomic\.LoadInt64\(&ts\), 0\)\s+\},`, ``},
			edit{`(?s)\s+afterFunc: func\(d time\.Duration.*?\n\t+\},\n`, "\n"},
			edit{`\s+NativeHistogramMinResetDuration: time\.Hour, // Comment.*`, ``},
			edit{`\s+NativeHistogramMaxZeroThreshold: 0\.001,`, ``},
		),
		want: []string{"TestHistogramNonMonotonicBuckets", "TestHistogramConcurrency", "TestHistogramVecConcurrency", "TestHistogramAtomicObserve", "TestHistogramExemplar", "TestNativeHistogram/factor_1.1_results_in_schema_3", "TestHistogramVecCreatedTimestampWithDeletes"}},
	{name: "registry_test.go", drop: []string{"TestGatherDoesNotLeakGoroutines"},
		edit: []edit{{`"github.com/prometheus/client_golang/prometheus(/promhttp)?"`, `"github.com/percpu-go/percpu/primitives/prometheus$1"`}},
		want: []string{"TestHandler", "TestAlreadyRegistered", "TestHistogramVecRegisterGatherConcurrency", "TestWriteToTextfile", "TestCheckMetricConsistency"}},
}

// helpers is what the changed tests use.
const helpers = `package prometheus

import (
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
)

func setClock(t testing.TB, now func() time.Time) {
	before := clock
	clock = now
	t.Cleanup(func() { clock = before })
}

type collectedMetric struct {
	values []string
	metric Metric
}

func collected(c Collector) map[int][]collectedMetric {
	ch := make(chan Metric, 1000)
	c.Collect(ch)
	close(ch)
	all := make(map[int][]collectedMetric)
	for m := range ch {
		var pb dto.Metric
		if err := m.Write(&pb); err != nil {
			panic(err)
		}
		var values []string
		for _, l := range pb.Label {
			values = append(values, l.GetValue())
		}
		all[len(all)] = []collectedMetric{{values, m}}
	}
	return all
}
`

// TestConformance runs client_golang's own tests of counters, histograms, vectors and
// registries on ours. They are taken from the module cache and changed as little as they
// need: imports, names of internals, and without what only client_golang has.
func TestConformance(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/client_golang").Output()
	if err != nil {
		t.Skipf("no go command or module: %v", err)
	}
	from := filepath.Join(strings.TrimSpace(string(out)), "prometheus")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := map[string]string{}
	put := func(name string, text []byte) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(here, name)] = file
	}
	own, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range own {
		overlay[filepath.Join(here, name)] = "" // is not there
	}
	put("theirs_helpers_test.go", []byte(helpers))
	var want []string
	for _, s := range suite {
		text, err := os.ReadFile(filepath.Join(from, s.name))
		if err != nil {
			t.Fatal(err)
		}
		changed, err := s.change(text)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		put("theirs_"+s.name, changed)
		want = append(want, s.want...)
	}
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, list, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"test", "-overlay", file, "-count=1", "-v", "-quickchecks=5"}
	if testing.Short() {
		args = append(args, "-short")
	}
	result, err := exec.Command("go", append(args, ".")...).CombinedOutput()
	passed := bytes.Count(result, []byte("--- PASS: "))
	t.Logf("%d of client_golang's tests passed", passed)
	if err != nil || passed < 60 {
		t.Fatalf("%v\n%s", err, result)
	}
	for _, name := range want {
		skipped := testing.Short() && bytes.Contains(result, []byte("--- SKIP: "+name)) // it takes long
		if !skipped && !bytes.Contains(result, []byte("--- PASS: "+name)) {
			t.Errorf("%s did not run", name)
		}
	}
}

// change returns the file as it tests this package.
func (s *theirTests) change(text []byte) ([]byte, error) {
	for _, e := range s.edit {
		text = regexp.MustCompile(e.from).ReplaceAll(text, []byte(e.to))
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, s.name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, name := range s.drop {
		n := len(file.Decls)
		file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
			f, ok := d.(*ast.FuncDecl)
			return ok && f.Name.Name == name
		})
		if len(file.Decls) != n-1 {
			return nil, fmt.Errorf("no function %s", name)
		}
	}
	file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && strings.HasPrefix(f.Name.Name, "Benchmark")
	})
	file.Comments = nil
	dropUnusedImports(file)
	var b bytes.Buffer
	err = format.Node(&b, fset, file)
	return b.Bytes(), err
}

func dropUnusedImports(file *ast.File) {
	used := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, d := range file.Decls {
		imports, ok := d.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT {
			continue
		}
		imports.Specs = slices.DeleteFunc(imports.Specs, func(s ast.Spec) bool {
			spec := s.(*ast.ImportSpec)
			path, _ := strconv.Unquote(spec.Path.Value)
			name := path[strings.LastIndexByte(path, '/')+1:]
			if spec.Name != nil {
				name = spec.Name.Name
			}
			return !used[name]
		})
	}
}
