package prometheus

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNamesComplete: whatever client_golang's packages export, ours do.
func TestNamesComplete(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/client_golang").Output()
	if err != nil {
		t.Skipf("no go command or module: %v", err)
	}
	theirs := filepath.Join(strings.TrimSpace(string(out)), "prometheus")
	for _, pkg := range []string{".", "promauto", "promhttp"} {
		ours := exported(t, pkg)
		n := 0
		for name := range exported(t, filepath.Join(theirs, pkg)) {
			n++
			if !ours[name] {
				t.Errorf("%s: no %s", pkg, name)
			}
		}
		if n < 10 {
			t.Errorf("%s: only %d names", pkg, n)
		}
	}
}

// exported returns the exported names of the package in a folder.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files, %v", dir, err)
	}
	names := make(map[string]bool)
	add := func(id *ast.Ident) {
		if id.IsExported() {
			names[id.Name] = true
		}
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					add(d.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						add(s.Name)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							add(n)
						}
					}
				}
			}
		}
	}
	return names
}
