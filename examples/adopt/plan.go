package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// plan is what is to be done with each file that imports package sync, and with
// each counter. It begins with all that looks possible; what turns out not to
// compile is taken out of it.
type plan struct {
	change   map[string]*change // by file
	left     map[string]string  // by file: why it is left as it is
	same     []string           // files that only use what is the same in both packages
	counters []*counter         // candidates
}

// change is what happens to a file's import of package sync.
type change struct {
	Uses []string // what of ours the file will use
}

// newPlan looks at every file of the packages that were chosen.
func newPlan(s *sources, l *loader, d *difference, all bool) *plan {
	p := &plan{change: map[string]*change{}, left: map[string]string{}}
	for _, name := range s.names() {
		f := s.files[name]
		if importSpec(f.syntax, "sync") == nil || !l.isChosen(f.pkg) {
			continue
		}
		uses, missing := usesOf(f, d)
		switch {
		case missing != "":
			p.left[name] = "uses sync." + missing + ", which this version of percpu doesn't have"
		case len(uses) == 0 && !all:
			p.same = append(p.same, name)
		case ast.IsGenerated(f.syntax):
			p.left[name] = "is generated: change what generates it"
		case importSpec(f.syntax, "C") != nil:
			p.left[name] = "uses cgo"
		case importSpec(f.syntax, syncPath) != nil:
			p.left[name] = "imports both packages"
		default:
			p.change[name] = &change{Uses: uses}
		}
	}
	for name, why := range s.other {
		abs := s.dir + "/" + name
		if !mentions(abs, `"sync"`) || mentions(abs, `"`+syncPath+`"`) {
			continue
		}
		for own := range d.own {
			if mentions(abs, own) {
				p.left[name] = why
			}
		}
	}
	return p
}

// leave takes a file out of the plan.
func (p *plan) leave(name, why string) {
	if _, ok := p.change[name]; ok {
		delete(p.change, name)
		p.left[name] = why
	}
}

// usesOf lists what of d a file uses: the types that differ, with what has them.
func usesOf(f *sourceFile, d *difference) (uses []string, missing string) {
	byType := map[string][]string{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := f.pkg.TypesInfo.Uses[id]
		if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != "sync" || obj.Parent() != obj.Pkg().Scope() {
			return true
		}
		switch name := obj.Name(); {
		case d.missing[name]:
			missing = name
		case d.own[name]:
			if holder := holderOf(f, id); holder != "" && !slices.Contains(byType[name], holder) {
				byType[name] = append(byType[name], holder)
			} else if holder == "" && byType[name] == nil {
				byType[name] = []string{}
			}
		}
		return true
	})
	for _, name := range sortedKeys(byType) {
		uses = append(uses, strings.TrimSuffix(name+" "+strings.Join(byType[name], ", "), " "))
	}
	return uses, missing
}

// holderOf names what is declared with a type: T.field, a variable, or the
// function that it is used in.
func holderOf(f *sourceFile, id *ast.Ident) string {
	path, _ := astutil.PathEnclosingInterval(f.syntax, id.Pos(), id.End())
	field := ""
	for _, n := range path {
		switch n := n.(type) {
		case *ast.Field:
			if field == "" {
				field = fieldName(n)
			}
		case *ast.TypeSpec:
			return strings.TrimSuffix(n.Name.Name+"."+field, ".")
		case *ast.ValueSpec:
			if field == "" {
				field = n.Names[0].Name
			}
		case *ast.FuncDecl:
			return "in " + funcName(n)
		}
	}
	return field
}

func fieldName(f *ast.Field) string {
	if len(f.Names) > 0 {
		var names []string
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
		return strings.Join(names, ",")
	}
	return types.ExprString(f.Type)[strings.LastIndexByte(types.ExprString(f.Type), '.')+1:]
}

func funcName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	return types.ExprString(t) + "." + f.Name.Name
}

// exported lists what a file of a package that other modules can import lets
// them see of the types that change.
func (p *plan) exported(s *sources, d *difference) []string {
	var out []string
	for _, name := range sortedKeys(p.change) {
		f := s.files[name]
		if !importable(f) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.IsExported() && (n.Recv == nil || ast.IsExported(strings.Split(funcName(n), ".")[0])) && p.shows(f, d, n.Type) {
					out = append(out, fmt.Sprintf("%s %s", f.line(n.Pos()), funcName(n)))
				}
				return false
			case *ast.TypeSpec:
				st, ok := n.Type.(*ast.StructType)
				if !ok || !n.Name.IsExported() {
					return false
				}
				for _, field := range st.Fields.List {
					if (len(field.Names) == 0 || field.Names[0].IsExported()) && p.shows(f, d, field.Type) {
						out = append(out, fmt.Sprintf("%s %s.%s", f.line(field.Pos()), n.Name.Name, fieldName(field)))
					}
				}
				return false
			case *ast.ValueSpec:
				if n.Names[0].IsExported() && n.Type != nil && p.shows(f, d, n.Type) {
					out = append(out, fmt.Sprintf("%s %s", f.line(n.Pos()), n.Names[0].Name))
				}
				return false
			}
			return true
		})
	}
	return out
}

// shows reports whether a type expression names a type that changes.
func (p *plan) shows(f *sourceFile, d *difference, expr ast.Expr) bool {
	found := false
	ast.Inspect(expr, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			obj := f.pkg.TypesInfo.Uses[id]
			found = found || obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "sync" && d.own[obj.Name()]
		}
		return !found
	})
	return found
}

// importable reports whether other modules can import the file's package.
func importable(f *sourceFile) bool {
	path := f.pkg.PkgPath
	return f.pkg.Name != "main" && !slices.Contains(strings.Split(path, "/"), "internal")
}

// key names a declaration in all the variants of a package.
func key(fset *token.FileSet, pos token.Pos) string {
	p := fset.PositionFor(pos, false)
	return fmt.Sprintf("%s#%d", p.Filename, p.Offset)
}
