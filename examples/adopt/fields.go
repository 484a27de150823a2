package main

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/astutil"
)

// fieldsOf returns the fields that a value of type t holds, those of its parts
// too, but not what it points to.
func fieldsOf(t types.Type) []*types.Var {
	var out []*types.Var
	walkFields(t, false, map[types.Type]bool{}, func(v *types.Var) { out = append(out, v) })
	return out
}

// reachable returns the fields that somebody who looks into a value of type t by
// reflection can come to, through pointers as well.
func reachable(t types.Type) []*types.Var {
	var out []*types.Var
	walkFields(t, true, map[types.Type]bool{}, func(v *types.Var) { out = append(out, v) })
	return out
}

func walkFields(t types.Type, pointers bool, seen map[types.Type]bool, visit func(*types.Var)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			visit(f.Origin())
			walkFields(f.Type(), pointers, seen, visit)
		}
	case *types.Array:
		walkFields(u.Elem(), pointers, seen, visit)
	case *types.Tuple:
		for v := range u.Variables() {
			walkFields(v.Type(), pointers, seen, visit)
		}
	case *types.Pointer:
		if pointers {
			walkFields(u.Elem(), pointers, seen, visit)
		}
	case *types.Slice:
		if pointers {
			walkFields(u.Elem(), pointers, seen, visit)
		}
	case *types.Map:
		if pointers {
			walkFields(u.Key(), pointers, seen, visit)
			walkFields(u.Elem(), pointers, seen, visit)
		}
	}
}

// locksIn returns the fields with a type of d in what is copied at pos.
func locksIn(f *sourceFile, pos token.Pos, d *difference) (out []*types.Var) {
	path, _ := astutil.PathEnclosingInterval(f.syntax, pos, pos)
	for i, n := range path {
		if i > 3 {
			break
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				for _, v := range fieldsOf(deref(f.pkg.TypesInfo.TypeOf(e))) {
					if named, ok := types.Unalias(v.Type()).(*types.Named); ok && named.Obj().Pkg() != nil &&
						named.Obj().Pkg().Path() == "sync" && d.own[named.Obj().Name()] {
						out = append(out, v)
					}
				}
			}
			_, block := n.(*ast.BlockStmt)
			return !block
		})
	}
	return out
}
