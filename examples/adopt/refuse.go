package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/packages"
)

// refuser takes out of the plan what doesn't compile in the copy, by what the
// compiler's errors are about: not the file that has the error, but that which
// declares the lock or counter that goes where another type is wanted.
type refuser struct {
	plan  *plan
	after *sources // the copy as it stands
}

// compileErrors are the errors of the copy's packages, each once, but for those of
// packages that had errors before.
func compileErrors(l *loader, pkgs []*packages.Package) (typeErrors []types.Error, others []string) {
	seen := map[string]bool{}
	for _, p := range pkgs {
		if l.bad[p.PkgPath] {
			continue
		}
		for _, e := range p.TypeErrors {
			if k := key(e.Fset, e.Pos) + e.Msg; !seen[k] {
				seen[k] = true
				typeErrors = append(typeErrors, e)
			}
		}
		for _, e := range p.Errors {
			if e.Kind != packages.TypeError && !strings.HasPrefix(e.Msg, "# ") && !seen[e.Error()] {
				seen[e.Error()] = true
				others = append(others, e.Error())
			}
		}
	}
	return typeErrors, others
}

// refuse answers a round of errors. It reports whether the plan is smaller than
// before.
func (r *refuser) refuse(errs []types.Error) bool {
	size := r.plan.size()
	for _, e := range errs {
		r.blame(e)
	}
	if r.plan.size() < size {
		return true
	}
	// Nothing that could be seen is to blame: all around the errors goes.
	for _, e := range errs {
		r.leavePackage(e)
	}
	if r.plan.size() < size {
		return true
	}
	for _, name := range sortedKeys(r.plan.change) {
		r.plan.leave(name, "something doesn't compile with it: "+r.reason(errs[0]))
	}
	for _, c := range r.plan.counters {
		c.refuse("", "something doesn't compile with it: "+r.reason(errs[0]))
	}
	return r.plan.size() < size
}

// size is how much is still to be changed.
func (p *plan) size() int {
	n := len(p.change)
	for _, c := range p.counters {
		if c.wanted && c.Refused == "" {
			n++
		}
	}
	return n
}

// blame takes the declarations out that an error is about.
func (r *refuser) blame(e types.Error) {
	f := r.after.at(e.Fset, e.Pos)
	if f == nil {
		return
	}
	path, _ := astutil.PathEnclosingInterval(f.syntax, e.Pos, e.Pos)
	reason := r.reason(e)
	// From inside out, until an expression or statement says enough.
	for _, n := range path {
		switch n.(type) {
		case *ast.BlockStmt, *ast.File:
			return
		}
		if r.blameNode(f, n, reason, 3) {
			return
		}
		if _, ok := n.(ast.Stmt); ok {
			return
		}
	}
}

// blameNode looks for what is to blame in n, and for variables without a type of
// their own in what they were given.
func (r *refuser) blameNode(f *sourceFile, n ast.Node, reason string, depth int) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := n.(*ast.BlockStmt); ok {
			return false
		}
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := f.pkg.TypesInfo.ObjectOf(id)
		if obj == nil {
			return true
		}
		if r.blameObject(f, obj, reason) {
			found = true
		} else if v, ok := obj.(*types.Var); ok && depth > 0 && !v.IsField() {
			if from := givenIn(f, v); from != nil && r.blameNode(f, from, reason, depth-1) {
				found = true
			}
		}
		return true
	})
	return found
}

func (r *refuser) blameObject(f *sourceFile, obj types.Object, reason string) bool {
	if c := r.plan.counterOf(r.after, f.fset(), obj); c != nil && c.wanted && c.Refused == "" {
		c.refuse("", reason)
		return true
	}
	found := false
	leave := func(o types.Object) {
		at := r.after.at(f.fset(), o.Pos())
		if at == nil {
			return
		}
		if _, ok := r.plan.change[at.name]; ok {
			r.plan.leave(at.name, reason)
			found = true
		}
	}
	switch o := obj.(type) {
	case *types.Var, *types.Func:
		if hasOurs(o.Type()) && (!isLocal(o) || declaresType(f, o)) {
			leave(o)
		}
	case *types.TypeName:
		if hasOurs(o.Type()) {
			leave(o)
		}
	}
	// A type that lacks a method, as it is wanted.
	if named, ok := types.Unalias(deref(obj.Type())).(*types.Named); ok && strings.Contains(reason, "implement") {
		for i := range named.NumMethods() {
			if m := named.Method(i); hasOurs(m.Type()) {
				leave(m)
			}
		}
	}
	return found
}

func deref(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// isLocal reports whether obj is declared in a function.
func isLocal(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	return ok && !v.IsField() && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

// declaresType reports whether obj's declaration names its type, as those of
// parameters do.
func declaresType(f *sourceFile, obj types.Object) bool {
	path, _ := astutil.PathEnclosingInterval(f.syntax, obj.Pos(), obj.Pos())
	for _, n := range path {
		switch n := n.(type) {
		case *ast.Field:
			return true
		case *ast.ValueSpec:
			return n.Type != nil
		case *ast.AssignStmt, *ast.RangeStmt, *ast.BlockStmt:
			return false
		}
	}
	return false
}

// givenIn returns what a variable without a type of its own is declared with.
func givenIn(f *sourceFile, v *types.Var) ast.Node {
	if f.pkg.Fset.PositionFor(v.Pos(), false).Filename != f.abs {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(f.syntax, v.Pos(), v.Pos())
	for _, n := range path {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE && len(n.Rhs) > 0 {
				if i := slices.IndexFunc(n.Lhs, func(e ast.Expr) bool { return e.Pos() == v.Pos() }); i >= 0 && i < len(n.Rhs) {
					return n.Rhs[i]
				}
				return n.Rhs[0]
			}
			return nil
		case *ast.RangeStmt:
			return n.X
		case *ast.ValueSpec:
			if n.Type == nil && len(n.Values) > 0 {
				return n.Values[0]
			}
			return nil
		case *ast.Field, *ast.BlockStmt:
			return nil
		}
	}
	return nil
}

// hasOurs reports whether t is built of one of our types, not looking into the
// types that have names.
func hasOurs(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil && (pkg.Path() == syncPath || pkg.Path() == primitivesPath) {
			return true
		}
		for i := range t.TypeArgs().Len() {
			if hasOurs(t.TypeArgs().At(i)) {
				return true
			}
		}
	case *types.Pointer:
		return hasOurs(t.Elem())
	case *types.Slice:
		return hasOurs(t.Elem())
	case *types.Array:
		return hasOurs(t.Elem())
	case *types.Chan:
		return hasOurs(t.Elem())
	case *types.Map:
		return hasOurs(t.Key()) || hasOurs(t.Elem())
	case *types.Signature:
		return hasOurs(t.Params()) || hasOurs(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if hasOurs(v.Type()) {
				return true
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if hasOurs(f.Type()) {
				return true
			}
		}
	}
	return false
}

// leavePackage leaves the files and counters of the package that has an error.
func (r *refuser) leavePackage(e types.Error) {
	f := r.after.at(e.Fset, e.Pos)
	if f == nil {
		return
	}
	reason := r.reason(e)
	for _, name := range slices.Collect(maps.Keys(r.plan.change)) {
		if r.after.files[name] != nil && r.after.files[name].pkg.PkgPath == f.pkg.PkgPath {
			r.plan.leave(name, reason)
		}
	}
	for _, c := range r.plan.counters {
		if c.pkg == f.pkg.PkgPath {
			c.refuse("", reason)
		}
	}
}

var quotedPath = regexp.MustCompile(`"(?:[^"]*/)?([^"/]+)"\.`)

// reason is an error as one reads it in a list of files.
func (r *refuser) reason(e types.Error) string {
	msg := e.Msg
	msg = strings.NewReplacer(`"`+syncPath+`".`, "percpu's ", `"`+primitivesPath+`".`, "percpu's ",
		syncPath+".", "percpu's ", primitivesPath+".", "percpu's ").Replace(msg)
	msg = quotedPath.ReplaceAllString(msg, "$1.")
	msg = strings.Join(strings.Fields(msg), " ")
	if f := r.after.at(e.Fset, e.Pos); f != nil {
		return fmt.Sprintf("%s: %s", f.line(e.Pos), msg)
	}
	return msg
}
