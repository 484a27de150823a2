package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// counter is a field or package variable of an atomic integer type.
type counter struct {
	Name    string // T.field or variable, with its package's name before it
	Type    string // Int64, Uint64, Int32 or Uint32
	At      string // file:line
	Adds    int
	Loads   int
	Refused string // why it is left, or ""

	key    string // of its declaration
	file   string
	pkg    string // path
	wanted bool   // it is to be changed
	typ    ast.Expr
	uses   []counterUse
	group  []*counter // those that share its type expression
}

// counterUse is a call of a counter's method.
type counterUse struct {
	file     string
	from, to int    // of the call, or of an Add's argument
	as       string // the type that this is to be converted to, or ""
}

// refuse leaves the counter as it is. The first reason stays.
func (c *counter) refuse(at, why string) {
	if c.Refused != "" {
		return
	}
	c.Refused = why
	if at != "" {
		c.Refused = at + ": " + why
	}
	for _, o := range c.group {
		if o.Refused == "" {
			o.Refused = "is declared together with " + c.Name
		}
	}
}

var atomicIntegers = map[string]types.Type{
	"Int64": types.Typ[types.Int64], "Uint64": types.Typ[types.Uint64],
	"Int32": types.Typ[types.Int32], "Uint32": types.Typ[types.Uint32],
}

// atomicInteger returns the name of an atomic integer type, or "".
func atomicInteger(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "sync/atomic" {
		return ""
	}
	if _, ok := atomicIntegers[named.Obj().Name()]; !ok {
		return ""
	}
	return named.Obj().Name()
}

// findCounters lists the chosen packages' atomic integers, and refuses those that
// are more than counters, wherever in the module.
func (p *plan) findCounters(s *sources, l *loader, api bool) {
	for _, name := range s.names() {
		if l.isChosen(s.files[name].pkg) {
			p.declared(s.files[name])
		}
	}
	if len(p.counters) == 0 {
		return
	}
	byKey := map[string]*counter{}
	for _, c := range p.counters {
		byKey[c.key] = c
	}
	for _, name := range s.names() {
		u := &uses{f: s.files[name], byKey: byKey}
		u.look()
	}
	for _, c := range p.counters {
		p.judge(s, c, api)
	}
	p.counters = slices.DeleteFunc(p.counters, func(c *counter) bool { return c.Adds == 0 })
}

// declared finds the counters that a file declares.
func (p *plan) declared(f *sourceFile) {
	add := func(names []*ast.Ident, typ ast.Expr, prefix string) {
		kind := atomicInteger(f.pkg.TypesInfo.TypeOf(typ))
		if kind == "" {
			return
		}
		var group []*counter
		for _, id := range names {
			if id.Name == "_" {
				continue
			}
			group = append(group, &counter{
				Name: prefix + id.Name, Type: kind, At: f.line(id.Pos()),
				key: key(f.fset(), id.Pos()), file: f.name, pkg: f.pkg.PkgPath, typ: typ,
			})
		}
		for _, c := range group {
			c.group = group
			if _, ok := typ.(*ast.SelectorExpr); !ok {
				c.refuse("", "its type is not written as atomic."+kind)
			}
		}
		p.counters = append(p.counters, group...)
	}
	for _, d := range f.syntax.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				// Types of its own are rare; its variables are not looked at.
				return true
			case *ast.TypeSpec:
				st, ok := n.Type.(*ast.StructType)
				if !ok {
					return true
				}
				p.declaredIn(f, st, f.pkg.Name+"."+n.Name.Name+".", add)
				return false
			case *ast.ValueSpec:
				if d, ok := d.(*ast.GenDecl); !ok || d.Tok != token.VAR {
					return false
				}
				if n.Type != nil && len(n.Values) == 0 {
					add(n.Names, n.Type, f.pkg.Name+".")
				}
				if st, ok := n.Type.(*ast.StructType); ok {
					p.declaredIn(f, st, f.pkg.Name+"."+n.Names[0].Name+".", add)
				}
				return false
			}
			return true
		})
	}
}

// declaredIn finds the counters among the fields of a struct, and of those in it.
func (p *plan) declaredIn(f *sourceFile, st *ast.StructType, prefix string, add func([]*ast.Ident, ast.Expr, string)) {
	for _, field := range st.Fields.List {
		add(field.Names, field.Type, prefix)
		if inner, ok := field.Type.(*ast.StructType); ok && len(field.Names) > 0 {
			p.declaredIn(f, inner, prefix+field.Names[0].Name+".", add)
		}
	}
}

// judge refuses a counter for what it is and where it stands.
func (p *plan) judge(s *sources, c *counter, api bool) {
	f := s.files[c.file]
	short := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch {
	case ast.IsGenerated(f.syntax):
		c.refuse("", "is declared in a generated file")
	case importSpec(f.syntax, "C") != nil:
		c.refuse("", "is declared in a file that uses cgo")
	case ast.IsExported(short) && importable(f) && !strings.HasSuffix(c.file, "_test.go") && !api:
		c.refuse("", "is exported: other modules may use it (-api changes it all the same)")
	}
	for name, why := range s.other {
		if pkgDir(name) != pkgDir(c.file) && !ast.IsExported(short) {
			continue
		}
		if mentions(s.dir+"/"+name, short) {
			c.refuse("", "its name is also in "+name+", which is "+strings.TrimPrefix(why, "is "))
		}
	}
	for _, u := range c.uses {
		if s.files[u.file] != nil && ast.IsGenerated(s.files[u.file].syntax) {
			c.refuse("", "is used in a generated file, "+u.file)
		}
	}
}

func pkgDir(name string) string { return name[:strings.LastIndexByte(name, '/')+1] }

// counterOf returns the counter that obj is in s, which may be another copy of the
// module than the plan was made for. Imports may have moved its lines.
func (p *plan) counterOf(s *sources, fset *token.FileSet, obj types.Object) *counter {
	if len(p.counters) == 0 || !obj.Pos().IsValid() {
		return nil
	}
	name, ok := s.inside(fset.PositionFor(obj.Pos(), false).Filename)
	if !ok {
		return nil
	}
	k := key(fset, obj.Pos())
	var found *counter
	for _, c := range p.counters {
		switch {
		case c.key == k:
			return c
		case c.file == name && strings.HasSuffix(c.Name, "."+obj.Name()) && (found == nil || found.Refused != ""):
			found = c
		}
	}
	return found
}
