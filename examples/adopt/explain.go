package main

import (
	"cmp"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// profileResult is what a profile says, by field.
type profileResult struct {
	Kind   string // delay or cpu
	Total  int64  // nanoseconds
	Fields []contended
	Other  []contended // packages outside of the module
}

// contended is a lock, map, pool or atomic, and what it cost.
type contended struct {
	Name  string
	Type  string
	Cost  int64 // nanoseconds
	Share float64
	Sites []string
	Adopt string // what adopt does about it
}

// explain finds out which field or variable each site is about.
func (c *contention) explain(a *adoption) *profileResult {
	r := &profileResult{Kind: c.unit, Total: c.total}
	byName := map[string]*contended{}
	for s, v := range c.sites {
		found := a.calledAt(s)
		f := byName[found.Name]
		if f == nil {
			f = &found
			byName[found.Name] = f
		}
		f.Cost += v
		if at := found.Sites[0]; !slices.Contains(f.Sites, at) {
			f.Sites = append(f.Sites, at)
		}
	}
	for _, f := range byName {
		slices.Sort(f.Sites)
		r.Fields = append(r.Fields, *f)
	}
	for pkg, v := range c.other {
		r.Other = append(r.Other, contended{Name: pkg, Cost: v})
	}
	for _, list := range [][]contended{r.Fields, r.Other} {
		for i := range list {
			if c.total > 0 {
				list[i].Share = float64(list[i].Cost) / float64(c.total)
			}
		}
		slices.SortFunc(list, func(a, b contended) int {
			return cmp.Or(cmp.Compare(b.Cost, a.Cost), cmp.Compare(a.Name, b.Name))
		})
	}
	return r
}

// calledAt finds the call that a site is, and what it is a method of.
func (a *adoption) calledAt(s site) contended {
	unknown := contended{Name: s.pkg + " " + s.file, Type: "?", Sites: []string{s.file + ":" + itoa(s.line)},
		Adopt: "is not in the source as it is now"}
	for _, name := range a.sources.names() {
		f := a.sources.files[name]
		if path.Base(name) != s.file || f.pkg.PkgPath != s.pkg && !(s.pkg == "main" && f.pkg.Name == "main") {
			continue
		}
		found := unknown
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			from, to := f.fset().Position(call.Pos()).Line, f.fset().Position(call.End()).Line
			if s.line < from || s.line > to {
				return true
			}
			callee, ok := typeutil.Callee(f.pkg.TypesInfo, call).(*types.Func)
			if !ok || callee.Pkg() == nil || !isSync(callee.Pkg().Path()) || callee.Name() != s.method {
				return true
			}
			found = a.receiver(f, call, callee)
			return false
		})
		if found.Type != "?" {
			return found
		}
	}
	return unknown
}

// receiver describes what a call's method is called on.
func (a *adoption) receiver(f *sourceFile, call *ast.CallExpr, callee *types.Func) contended {
	out := contended{Type: callee.Pkg().Name() + "." + callee.Name(), Sites: []string{f.line(call.Pos())}}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		out.Name = callee.Name()
		return out
	}
	x := ast.Expr(sel.X)
	if callee.Signature().Recv() == nil { // atomic.AddInt64(&s.n, 1)
		if len(call.Args) == 0 {
			out.Name = types.ExprString(call.Fun)
			return out
		}
		x = call.Args[0]
		if u, ok := x.(*ast.UnaryExpr); ok {
			x = u.X
		}
	} else {
		out.Type = typeName(callee.Signature().Recv().Type())
	}
	v := a.variable(f, x, sel, &out)
	out.Adopt = a.advice(f, v, out.Type)
	return out
}

// variable names the field or variable that x is, and returns it if it is one.
func (a *adoption) variable(f *sourceFile, x ast.Expr, method *ast.SelectorExpr, out *contended) *types.Var {
	info := f.pkg.TypesInfo
	// Locks that are embedded are fields as well.
	if s := info.Selections[method]; s != nil && len(s.Index()) > 1 {
		t := deref(s.Recv())
		var v *types.Var
		for _, i := range s.Index()[:len(s.Index())-1] {
			st, ok := deref(t).Underlying().(*types.Struct)
			if !ok {
				break
			}
			v = st.Field(i)
			out.Name = typeName(t) + "." + v.Name()
			t = v.Type()
		}
		return v
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		v, _ := info.ObjectOf(x.Sel).(*types.Var)
		if s := info.Selections[x]; s != nil {
			out.Name = typeName(s.Recv()) + "." + x.Sel.Name
		} else {
			out.Name = types.ExprString(x)
		}
		return v
	case *ast.Ident:
		v, _ := info.ObjectOf(x).(*types.Var)
		if v != nil && isLocal(v) {
			out.Name = x.Name + " in " + f.name
		} else {
			out.Name = f.pkg.Name + "." + x.Name
		}
		return v
	}
	out.Name = types.ExprString(x)
	return nil
}

// typeName is a type without its package's path, and without pointers.
func typeName(t types.Type) string {
	return types.TypeString(deref(t), func(p *types.Package) string { return p.Name() })
}

// advice says what adopt does about something contended, or what one can do.
func (a *adoption) advice(f *sourceFile, v *types.Var, kind string) string {
	if v != nil {
		if c := a.plan.counterOf(a.sources, f.fset(), v.Origin()); c != nil && strings.HasPrefix(kind, "atomic.") {
			switch {
			case c.Refused != "":
				return "no counter: " + c.Refused
			case c.wanted:
				return "becomes a Counter"
			}
			return "a candidate for -counters"
		}
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(kind, "sync."), "[")
	if strings.HasPrefix(kind, "sync.") && a.diff.own[name] {
		at := f
		if v != nil {
			if d := a.sources.at(f.fset(), v.Origin().Pos()); d != nil {
				at = d
			}
		}
		if a.plan.change[at.name] != nil {
			return "changes with the import in " + at.name
		}
		if why := a.plan.left[at.name]; why != "" {
			return "stays: " + why
		}
	}
	switch kind {
	case "sync.Mutex":
		return "stays; if most only read, an RWMutex of percpu would scale, for a map a Map"
	case "sync.Map":
		return "stays; percpu's Map has types and may be faster"
	case "sync.Pool":
		return "stays; a FreeList is faster for one type of object"
	case "sync.WaitGroup", "sync.Cond", "sync.Once":
		return "stays: there is nothing better"
	}
	return "stays"
}
