package main

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// counterEdits says what to change for the counters that are wanted: their types,
// and conversions where a Counter's int64 is not the type that was there. All of
// those are exact modulo the type's size.
func (p *plan) counterEdits(s *sources) (map[string][]edit, map[string][]importEdit) {
	edits, imports := map[string][]edit{}, map[string][]importEdit{}
	atomics := map[string]int{} // by file: how many mentions of package atomic go
	done := map[ast.Expr]bool{}
	var conversions []counterUse
	for _, c := range p.counters {
		if !c.wanted || c.Refused != "" {
			continue
		}
		conversions = append(conversions, c.uses...)
		if done[c.typ] {
			continue
		}
		done[c.typ] = true
		f := s.files[c.file]
		name := primitivesName(f)
		edits[c.file] = append(edits[c.file], edit{f.offset(c.typ.Pos()), f.offset(c.typ.End()), name + ".Counter"})
		atomics[c.file]++
	}
	// One in another comes behind it; a Load may be all that is added.
	slices.SortStableFunc(conversions, func(a, b counterUse) int {
		inner := func(u counterUse) int {
			if u.as == "int64" {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(inner(a), inner(b)))
	})
	for _, u := range conversions {
		if u.as != "" {
			edits[u.file] = append(edits[u.file], edit{u.from, u.from, u.as + "("}, edit{u.to, u.to, ")"})
		}
	}
	for name, n := range atomics {
		f := s.files[name]
		if n == mentionsOf(f, "sync/atomic") {
			imports[name] = append(imports[name], importEdit{old: "sync/atomic"})
		}
		if importSpec(f.syntax, primitivesPath) == nil {
			as := primitivesName(f)
			if as == "primitives" {
				as = ""
			}
			imports[name] = append(imports[name], importEdit{name: as, path: primitivesPath})
		}
	}
	return edits, imports
}

// primitivesName is what package primitives is or can be called in a file.
func primitivesName(f *sourceFile) string {
	if spec := importSpec(f.syntax, primitivesPath); spec != nil {
		if spec.Name != nil {
			return spec.Name.Name
		}
		return "primitives"
	}
	for _, name := range []string{"primitives", "percpu"} {
		taken := f.pkg.Types.Scope().Lookup(name) != nil
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				taken = true
			}
			return !taken
		})
		if !taken {
			return name
		}
	}
	return "percpuprimitives"
}

// mentionsOf counts how often a file names the package of an import.
func mentionsOf(f *sourceFile, path string) int {
	n := 0
	for id, obj := range f.pkg.TypesInfo.Uses {
		if pkg, ok := obj.(*types.PkgName); ok && pkg.Imported().Path() == path &&
			f.fset().PositionFor(id.Pos(), false).Filename == f.abs {
			n++
		}
	}
	return n
}

// describe says what a counter is used for.
func (c *counter) describe() string {
	parts := []string{"atomic." + c.Type, plural(c.Adds, "Add"), plural(c.Loads, "Load")}
	return strings.Join(parts, ", ")
}
