package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// uses looks at what a file does with counters: each use that is not an addition
// in a statement of its own, or a Load, refuses one.
type uses struct {
	f     *sourceFile
	byKey map[string]*counter
	stack []ast.Node
}

func (u *uses) look() {
	ast.Inspect(u.f.syntax, func(n ast.Node) bool {
		if n == nil {
			u.stack = u.stack[:len(u.stack)-1]
			return true
		}
		u.stack = append(u.stack, n)
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := u.f.pkg.TypesInfo.Uses[n].(*types.Var); ok {
				if c := u.byKey[key(u.f.fset(), v.Origin().Pos())]; c != nil {
					u.use(c, n)
				}
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				u.held(u.f.pkg.TypesInfo.TypeOf(n.X), n.Pos(), "what it is in is compared")
			}
		case *ast.MapType:
			u.held(u.f.pkg.TypesInfo.TypeOf(n.Key), n.Pos(), "what it is in is a map's key")
		case *ast.CallExpr:
			u.call(n)
		default:
			u.given(n)
		}
		return true
	})
}

// held refuses the counters that a value of type t holds.
func (u *uses) held(t types.Type, pos token.Pos, why string) {
	for _, v := range fieldsOf(t) {
		if c := u.byKey[key(u.f.fset(), v.Pos())]; c != nil {
			c.refuse(u.f.line(pos), why)
		}
	}
}

// parent returns the node n levels above the one at hand, parentheses not counted.
func (u *uses) parent(n int) ast.Node {
	i := len(u.stack) - 1
	for ; n > 0 && i > 0; n-- {
		i--
		for i > 0 {
			if _, ok := u.stack[i].(*ast.ParenExpr); !ok {
				break
			}
			i--
		}
	}
	return u.stack[i]
}

// use judges one use of a counter, the identifier at the top of the stack.
func (u *uses) use(c *counter, id *ast.Ident) {
	at := u.f.line(id.Pos())
	up := 1 // the parent of the expression that is the counter
	if sel, ok := u.parent(1).(*ast.SelectorExpr); ok && sel.Sel == id {
		up = 2
	}
	method, ok := u.parent(up).(*ast.SelectorExpr)
	if !ok {
		switch n := u.parent(up).(type) {
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				c.refuse(at, "its address is taken")
				return
			}
		case *ast.KeyValueExpr:
			c.refuse(at, "is set in a literal")
			return
		}
		c.refuse(at, "is used as a value")
		return
	}
	call, ok := u.parent(up + 1).(*ast.CallExpr)
	if !ok || ast.Unparen(call.Fun) != ast.Node(method) {
		c.refuse(at, "method value "+method.Sel.Name)
		return
	}
	switch method.Sel.Name {
	case "Add":
		u.add(c, at, call, u.parent(up+2))
	case "Load":
		u.loaded(c, at, call, up+2)
	default:
		c.refuse(at, "uses "+method.Sel.Name)
	}
}

func (u *uses) add(c *counter, at string, call *ast.CallExpr, parent ast.Node) {
	switch parent := parent.(type) {
	case *ast.ExprStmt, *ast.DeferStmt, *ast.GoStmt:
	default:
		_ = parent
		c.refuse(at, "uses the result of Add")
		return
	}
	if len(call.Args) != 1 {
		c.refuse(at, "Add of a call's results")
		return
	}
	arg := call.Args[0]
	if strings.HasPrefix(c.Type, "Uint") && u.wraps(arg, c.Type) {
		c.refuse(at, "subtracts by adding a number that wraps around")
		return
	}
	c.Adds++
	use := counterUse{file: u.f.name, from: u.f.offset(arg.Pos()), to: u.f.offset(arg.End())}
	if _, literal := ast.Unparen(arg).(*ast.BasicLit); c.Type != "Int64" && !literal {
		use.as = "int64"
	}
	c.uses = append(c.uses, use)
}

// wraps reports whether arg is one of the idioms that subtract from an unsigned
// integer: a complement, a negation, or a constant beyond the signed type.
func (u *uses) wraps(arg ast.Expr, kind string) bool {
	found := false
	ast.Inspect(arg, func(n ast.Node) bool {
		if e, ok := n.(*ast.UnaryExpr); ok && (e.Op == token.XOR || e.Op == token.SUB) {
			found = true
		}
		return !found
	})
	if v := u.f.pkg.TypesInfo.Types[arg].Value; v != nil {
		limit := constant.MakeInt64(1<<63 - 1)
		if kind == "Uint32" {
			limit = constant.MakeInt64(1<<31 - 1)
		}
		return found || constant.Compare(v, token.GTR, limit)
	}
	return found
}

// loaded accepts a Load, unless something depends on it: a Counter orders nothing,
// and is not for limits. In tests all has been waited for, and order is another's.
func (u *uses) loaded(c *counter, at string, call *ast.CallExpr, up int) {
	if !strings.HasSuffix(u.f.name, "_test.go") && u.decides(up) {
		c.refuse(at, "something is decided by its Load, which orders nothing in a Counter")
		return
	}
	c.Loads++
	use := counterUse{file: u.f.name, from: u.f.offset(call.Pos()), to: u.f.offset(call.End())}
	if c.Type != "Int64" {
		use.as = strings.ToLower(c.Type)
	}
	c.uses = append(c.uses, use)
}

// decides reports whether control depends on the expression up levels above: in a
// condition or comparison, as an index, or by way of a variable that is compared.
func (u *uses) decides(up int) bool {
	for n := up; ; n++ {
		inner := u.parent(n - 1)
		switch outer := u.parent(n).(type) {
		case *ast.IfStmt:
			return outer.Cond == inner || outer.Init == inner
		case *ast.ForStmt:
			return outer.Cond == inner || outer.Init == inner
		case *ast.SwitchStmt:
			return outer.Tag == inner || outer.Init == inner
		case *ast.CaseClause:
			return !isBody(outer, inner)
		case *ast.BinaryExpr:
			if comparison(outer.Op) {
				return true
			}
		case *ast.IndexExpr:
			return outer.Index == inner
		case *ast.AssignStmt:
			if u.compared(outer.Lhs) {
				return true
			}
		case *ast.ValueSpec:
			var names []ast.Expr
			for _, id := range outer.Names {
				names = append(names, id)
			}
			return u.compared(names)
		case *ast.BlockStmt, *ast.FuncLit, *ast.File:
			return false
		}
	}
}

// compared reports whether one of these variables stands in a comparison in the
// function at hand.
func (u *uses) compared(vars []ast.Expr) bool {
	var body ast.Node
	for _, n := range u.stack {
		if d, ok := n.(*ast.FuncDecl); ok {
			body = d
		}
	}
	if body == nil {
		return false
	}
	objs := map[types.Object]bool{}
	for _, v := range vars {
		if id, ok := v.(*ast.Ident); ok {
			if obj := u.f.pkg.TypesInfo.ObjectOf(id); obj != nil {
				objs[obj] = true
			}
		}
	}
	found := false
	var in func(n ast.Node, comparing bool)
	in = func(n ast.Node, comparing bool) {
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.BinaryExpr:
				if !comparing && comparison(m.Op) {
					in(m, true)
					return false
				}
			case *ast.SwitchStmt:
				if m.Tag != nil {
					in(m.Tag, true)
				}
			case *ast.Ident:
				found = found || comparing && objs[u.f.pkg.TypesInfo.Uses[m]]
			}
			return !found
		})
	}
	in(body, false)
	return found
}

func isBody(c *ast.CaseClause, n ast.Node) bool {
	for _, s := range c.Body {
		if s == n {
			return true
		}
	}
	return false
}

func comparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ, token.LAND, token.LOR:
		return true
	}
	return false
}
