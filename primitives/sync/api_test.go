package sync_test

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	ours   = "github.com/percpu-go/percpu/primitives/sync"
	theirs = "sync"
)

// oldest is the oldest version of Go that this module supports.
const oldest = "go1.24"

// TestAPI compares what package sync exports, here and in every Go installation
// there is: by the go command's own, and those it has downloaded.
func TestAPI(t *testing.T) {
	roots := goroots(t)
	for v, root := range roots {
		t.Run(v, func(t *testing.T) {
			u := universe{root: root, fset: token.NewFileSet(), packages: map[string]*types.Package{"unsafe": types.Unsafe}}
			got, want := api(t, u, ours), api(t, u, theirs)
			for name := range want {
				if _, ok := got[name]; !ok {
					t.Errorf("%s is missing", name)
				}
			}
			for name, what := range got {
				if other, ok := want[name]; !ok {
					t.Errorf("%s is not in the standard package", name)
				} else if what != other {
					t.Errorf("%s is\n%s\nwant\n%s", name, what, other)
				}
			}
		})
	}
}

// goroots returns the Go installations, by their versions. Packages of this module
// are read by the same versions' rules.
func goroots(t *testing.T) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		t.Skip("no go command:", err)
	}
	dirs := strings.Fields(string(out))
	more, err := filepath.Glob(filepath.Join(dirs[1], "golang.org", "toolchain@*"))
	if err != nil {
		t.Fatal(err)
	}
	roots := make(map[string]string)
	for _, dir := range append(more, dirs[0]) {
		text, err := os.ReadFile(filepath.Join(dir, "VERSION"))
		if err != nil {
			continue // downloaded in part, or built from a repository
		}
		v, _, _ := strings.Cut(string(text), "\n")
		if version.Compare(v, oldest) >= 0 {
			roots[v] = dir
		}
	}
	if len(roots) == 0 {
		roots["unnamed"] = dirs[0]
	}
	return roots
}

// api returns what a package exports, each with all that a program can see of it.
func api(t *testing.T, u universe, path string) map[string]string {
	t.Helper()
	pkg, err := u.Import(path)
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]string)
	for _, name := range pkg.Scope().Names() {
		if ast.IsExported(name) {
			names[name] = describe(pkg.Scope().Lookup(name))
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s exports nothing", path)
	}
	return names
}

// describe returns an object's kind, type, methods and fields, in words that are the
// same for an alias, or a type of another package, with the same methods and fields.
func describe(obj types.Object) string {
	text := fmt.Sprintf("%T", obj)
	if _, ok := obj.(*types.TypeName); !ok {
		return text + " " + typeString(obj.Type())
	}
	typ := types.Unalias(obj.Type())
	lines := map[string]bool{}
	if types.IsInterface(typ) {
		lines[typeString(typ.Underlying())] = true
	}
	for kind, typ := range map[string]types.Type{"value": typ, "pointer": types.NewPointer(typ)} {
		for m := range types.NewMethodSet(typ).Methods() {
			if m.Obj().Exported() {
				lines[kind+"'s method "+m.Obj().Name()+" "+typeString(m.Type())] = true
			}
		}
	}
	if s, ok := typ.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if f.Exported() {
				lines["field "+f.Name()+" "+typeString(f.Type())] = true
			}
		}
	}
	return text + "\n" + strings.Join(slices.Sorted(maps.Keys(lines)), "\n")
}

// typeString names types by their packages' names alone: ours has the same.
func typeString(typ types.Type) string {
	return types.TypeString(typ, (*types.Package).Name)
}

// universe reads packages from source as the Go version in root would, as far as
// it has to for package sync: what other packages declare stays unknown.
type universe struct {
	root     string
	fset     *token.FileSet
	packages map[string]*types.Package
}

func (u universe) Import(path string) (*types.Package, error) {
	if pkg := u.packages[path]; pkg != nil {
		return pkg, nil
	}
	dir := ""
	switch path {
	case ours:
		dir = "."
	case filepath.ToSlash(filepath.Dir(ours)):
		dir = ".."
	case theirs:
		dir = filepath.Join(u.root, "src", path)
	default:
		pkg := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
		pkg.MarkComplete()
		u.packages[path] = pkg
		return pkg, nil
	}
	ctx := build.Default
	ctx.GOROOT = u.root
	list, err := ctx.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range slices.Concat(list.GoFiles, list.CgoFiles) {
		file, err := parser.ParseFile(u.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	conf := types.Config{
		Importer:         u,
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Error:            func(error) {}, // of packages that stay unknown
	}
	pkg, _ := conf.Check(path, u.fset, files, nil)
	u.packages[path] = pkg
	return pkg, nil
}
