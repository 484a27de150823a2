package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// What becomes an empty interface may be looked into by reflection: encoded,
// printed, compared deeply. Then a field's type is part of what a program does.

// keepers are packages that keep what they are given and look at nothing in it.
var keepers = []string{"sync", "sync/atomic", "context", "container/list", "container/heap", "container/ring", "runtime", "errors"}

// call refuses the counters that a call's arguments lay open.
func (u *uses) call(call *ast.CallExpr) {
	info := u.f.pkg.TypesInfo
	if tv := info.Types[call.Fun]; tv.IsType() {
		for _, arg := range call.Args {
			switch t := tv.Type.Underlying().(type) {
			case *types.Basic:
				if t.Kind() == types.UnsafePointer {
					u.held(deref(info.TypeOf(arg)), call.Pos(), "what it is in is used through unsafe")
				}
			case *types.Interface:
				if t.Empty() {
					u.opened(info.TypeOf(arg), call.Pos(), "what it is in becomes an any")
				}
			}
		}
		return
	}
	callee := typeutil.Callee(info, call)
	if b, ok := callee.(*types.Builtin); ok {
		if b.Pkg() != nil && b.Pkg().Path() == "unsafe" {
			for _, arg := range call.Args {
				u.held(info.TypeOf(arg), call.Pos(), "what it is in is measured by unsafe")
			}
		}
		return
	}
	sig, ok := info.TypeOf(call.Fun).Underlying().(*types.Signature)
	if !ok {
		return
	}
	path, name := "", "a function"
	if callee != nil && callee.Pkg() != nil {
		path, name = callee.Pkg().Path(), callee.Pkg().Name()+"."+callee.Name()
	}
	if slices.Contains(keepers, path) {
		return
	}
	for i, arg := range call.Args {
		if !emptyInterface(parameter(sig, i, call.Ellipsis.IsValid())) {
			continue
		}
		why := name + " may look into it"
		if t := info.TypeOf(arg); u.looksDeep(path) {
			u.reached(t, call.Pos(), why)
		} else if !prints(path) || !formatsItself(t) {
			u.opened(t, call.Pos(), why)
		}
	}
}

// looksDeep reports whether functions of a package follow pointers: those that
// compare and encode do, and of others' packages nobody knows.
func (u *uses) looksDeep(path string) bool {
	if path == "reflect" || strings.HasPrefix(path, "encoding/") || strings.HasSuffix(path, "/template") {
		return true
	}
	first, _, _ := strings.Cut(path, "/")
	own := u.f.pkg.Module != nil && (path == u.f.pkg.Module.Path || strings.HasPrefix(path, u.f.pkg.Module.Path+"/"))
	return path != "" && !own && strings.Contains(first, ".")
}

func prints(path string) bool { return path == "fmt" || path == "log" || path == "testing" }

// opened refuses the counters in a value or in what a pointer points to.
func (u *uses) opened(t types.Type, pos token.Pos, why string) { u.held(deref(t), pos, why) }

// reached refuses the counters that one gets to from a value.
func (u *uses) reached(t types.Type, pos token.Pos, why string) {
	for _, v := range reachable(t) {
		if c := u.byKey[key(u.f.fset(), v.Pos())]; c != nil {
			c.refuse(u.f.line(pos), why)
		}
	}
}

// formatsItself reports whether package fmt asks a value for its text.
func formatsItself(t types.Type) bool {
	set := types.NewMethodSet(t)
	for _, name := range []string{"Error", "String", "Format"} {
		if set.Lookup(nil, name) != nil {
			return true
		}
	}
	return false
}

// parameter returns the type that argument i of a call is given to.
func parameter(sig *types.Signature, i int, spread bool) types.Type {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 && !spread {
		if s, ok := sig.Params().At(n - 1).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	}
	if i >= n {
		return nil
	}
	return sig.Params().At(i).Type()
}

func emptyInterface(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.Empty()
}

// given refuses the counters in values that become an any without a call: in
// assignments, declarations, literals and results.
func (u *uses) given(n ast.Node) {
	info := u.f.pkg.TypesInfo
	const why = "what it is in becomes an any"
	pair := func(to types.Type, from ast.Expr) {
		if emptyInterface(to) && from != nil {
			u.opened(info.TypeOf(from), from.Pos(), why)
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if len(n.Lhs) == len(n.Rhs) {
			for i := range n.Lhs {
				pair(info.TypeOf(n.Lhs[i]), n.Rhs[i])
			}
		}
	case *ast.ValueSpec:
		if n.Type != nil {
			for _, v := range n.Values {
				pair(info.TypeOf(n.Type), v)
			}
		}
	case *ast.SendStmt:
		if c, ok := info.TypeOf(n.Chan).Underlying().(*types.Chan); ok {
			pair(c.Elem(), n.Value)
		}
	case *ast.ReturnStmt:
		if results := u.results(); results != nil && results.Len() == len(n.Results) {
			for i, r := range n.Results {
				pair(results.At(i).Type(), r)
			}
		}
	case *ast.CompositeLit:
		u.literal(n, pair)
	}
}

func (u *uses) literal(n *ast.CompositeLit, pair func(types.Type, ast.Expr)) {
	t := u.f.pkg.TypesInfo.TypeOf(n)
	if t == nil {
		return
	}
	for i, e := range n.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		switch t := deref(t).Underlying().(type) {
		case *types.Slice:
			if keyed {
				e = kv.Value
			}
			pair(t.Elem(), e)
		case *types.Array:
			if keyed {
				e = kv.Value
			}
			pair(t.Elem(), e)
		case *types.Map:
			if keyed {
				pair(t.Key(), kv.Key)
				pair(t.Elem(), kv.Value)
			}
		case *types.Struct:
			if keyed {
				if id, ok := kv.Key.(*ast.Ident); ok {
					pair(u.f.pkg.TypesInfo.TypeOf(id), kv.Value)
				}
			} else if i < t.NumFields() {
				pair(t.Field(i).Type(), e)
			}
		}
	}
}

// results returns the result types of the function at hand.
func (u *uses) results() *types.Tuple {
	for _, n := range slices.Backward(u.stack) {
		var t types.Type
		switch n := n.(type) {
		case *ast.FuncLit:
			t = u.f.pkg.TypesInfo.TypeOf(n)
		case *ast.FuncDecl:
			if obj := u.f.pkg.TypesInfo.Defs[n.Name]; obj != nil {
				t = obj.Type()
			}
		default:
			continue
		}
		if sig, ok := t.(*types.Signature); ok {
			return sig.Results()
		}
	}
	return nil
}
