package primitives_test

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/percpu-go/percpu/"

// allowed says what each package may import beside the standard library, of the
// module and of others. Data flows one way.
var allowed = map[string][]string{
	"asm":                 {},
	"feature":             {"golang.org/x/sys/…", "github.com/klauspost/cpuid/v2"},
	"backend":             {"asm"},
	"backend/backendtest": {"backend"},
	"atomicbackend":       {"backend", "feature", "go.uber.org/atomic"},

	"rseqbackend":                     {"backend", "asm", "feature", "golang.org/x/sys/…", "go.uber.org/atomic", "rseqbackend/internal/threadarea"},
	"rseqbackend/internal/threadarea": {},
	"rseqbackend/cgotls":              {"rseqbackend/internal/threadarea"},

	"primitives":       {"backend", "rseqbackend", "atomicbackend"},
	"primitives/sync":  {"primitives"},
	"primitives/debug": {"primitives"},

	"primitives/gatehttp":            {"primitives"},
	"primitives/internal/stdlibtest": {},
}

// asmStandard is all of the standard library that asm may import.
var asmStandard = []string{"math", "runtime", "structs", "sync/atomic", "unsafe"}

// concreteOnlyIn are the files of primitives that may name a concrete backend.
const concreteOnlyIn = "default"

func TestImports(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	cmd := exec.Command(goTool, "list", "-json=ImportPath,Imports,Standard", "-deps", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	standard := map[string]bool{"unsafe": true, "C": true}
	packages := make(map[string][]string)
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
			Standard   bool
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		standard[p.ImportPath] = p.Standard
		if rest, ok := strings.CutPrefix(p.ImportPath, module); ok {
			packages[rest] = p.Imports
		}
	}
	for name := range allowed {
		if _, ok := packages[name]; !ok {
			t.Errorf("package %s is not there", name)
		}
	}
	for name, imports := range packages {
		if strings.HasPrefix(name, "examples/") || strings.HasPrefix(name, "bench") {
			continue // they use exported API only, and nothing may import them: below
		}
		rules, ok := allowed[name]
		if !ok {
			t.Errorf("package %s is not in the table", name)
		}
		for _, imp := range imports {
			short := strings.TrimPrefix(imp, module)
			switch {
			case name == "asm" && !slices.Contains(asmStandard, imp):
				t.Errorf("asm imports %s", imp)
			case standard[imp] || slices.Contains(rules, short):
			case slices.ContainsFunc(rules, func(r string) bool {
				prefix, ok := strings.CutSuffix(r, "…")
				return ok && strings.HasPrefix(imp, prefix)
			}):
			default:
				t.Errorf("%s imports %s", name, imp)
			}
		}
	}
	checkConcrete(t, goTool)
}

// checkConcrete looks which files of primitives import a concrete backend.
func checkConcrete(t *testing.T, goTool string) {
	t.Helper()
	out, err := exec.Command(goTool, "list", "-f", `{{range .GoFiles}}{{println .}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, file := range strings.Fields(string(out)) {
		f, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			if strings.HasSuffix(imp.Path.Value, `backend"`) && path.Base(imp.Path.Value) != `backend"` && !strings.HasPrefix(file, concreteOnlyIn) {
				t.Errorf("%s imports %s", file, imp.Path.Value)
			}
		}
	}
}
