package stdlibtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// adapter changes test files and remembers which of its rules were of use.
type adapter struct {
	pkg     string // the files' package
	replace []string
	drop    map[string]string
	seen    map[string]bool
}

// adapt returns the file's text for the adapter's package: declarations
// dropped, text replaced.
func (a *adapter) adapt(name string, src []byte) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return "", fmt.Errorf("stdlibtest: %w", err)
	}
	var text bytes.Buffer
	at := 0
	cut := func(from, to token.Pos, instead string) {
		text.Write(src[at:fset.Position(from).Offset])
		text.WriteString(instead)
		at = fset.Position(to).Offset
	}
	cut(file.Name.Pos(), file.Name.End(), a.pkg)
	for _, decl := range file.Decls {
		if names := declared(decl); slices.ContainsFunc(names, a.dropped) {
			from := decl.Pos()
			if doc := docOf(decl); doc != nil {
				from = doc.Pos()
			}
			cut(from, decl.End(), "")
		}
	}
	text.Write(src[at:])
	for i := 0; i < len(a.replace); i += 2 {
		if strings.Contains(text.String(), a.replace[i]) {
			a.seen[a.replace[i]] = true
		}
	}
	return strings.NewReplacer(a.replace...).Replace(text.String()), nil
}

// dropped reports whether the declaration of that name is to be left out.
func (a *adapter) dropped(name string) bool {
	for _, rule := range []string{name, name + "?"} {
		if _, ok := a.drop[rule]; ok {
			a.seen[rule] = true
			return true
		}
	}
	return false
}

// unused returns the rules that no file had a use for, in order.
func (a *adapter) unused() (rules []string) {
	for i := 0; i < len(a.replace); i += 2 {
		if old := a.replace[i]; !a.seen[old] {
			rules = append(rules, old)
		}
	}
	for name := range a.drop {
		if !a.seen[name] && !strings.HasSuffix(name, "?") {
			rules = append(rules, name)
		}
	}
	slices.Sort(rules)
	return rules
}

// declared returns the names of functions, methods (Type.Name), types,
// variables and constants that a declaration declares.
func declared(decl ast.Decl) (names []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return []string{receiver(decl) + decl.Name.Name}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	switch t := typ.(type) {
	case *ast.IndexExpr:
		typ = t.X
	case *ast.IndexListExpr:
		typ = t.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}

func docOf(decl ast.Decl) *ast.CommentGroup {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return decl.Doc
	case *ast.GenDecl:
		return decl.Doc
	}
	return nil
}
