package primitives_test

import (
	"errors"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryTypeHasAnExample: who looks a type up finds an example that is run. Interfaces
// are what options and parameters are called, and an alias has its examples where it
// leads to.
func TestEveryTypeHasAnExample(t *testing.T) {
	for _, dir := range []string{".", "sync", "debug", "gatehttp", "otel", "prometheus", "victoriametrics"} {
		types, examples := exportedTypes(t, dir)
		if len(types) == 0 && len(examples) == 0 {
			if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
				continue // a module of its own, which is not with this one in the module cache
			}
			t.Errorf("%s: nothing is found", dir)
		}
		for _, name := range types {
			if !examples[name] {
				t.Errorf("%s: type %s has no example with output", dir, name)
			}
		}
	}
}

// exportedTypes returns the types of a package that should have an example, and the names
// that have one.
func exportedTypes(t *testing.T, dir string) (types []string, examples map[string]bool) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	examples = make(map[string]bool)
	for _, name := range names {
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			for _, e := range doc.Examples(file) {
				if of, _, _ := strings.Cut(e.Name, "_"); e.Output != "" {
					examples[of] = true
				}
			}
			continue
		}
		for _, d := range file.Decls {
			d, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range d.Specs {
				s, ok := s.(*ast.TypeSpec)
				if !ok || !s.Name.IsExported() || s.Assign.IsValid() {
					continue
				}
				if _, ok := s.Type.(*ast.InterfaceType); !ok {
					types = append(types, s.Name.Name)
				}
			}
		}
	}
	return types, examples
}
