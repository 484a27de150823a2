package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ast/astutil"
)

// edit replaces bytes of a file.
type edit struct {
	from, to int
	text     string
}

// applyEdits applies edits that don't overlap. Insertions at one place stay in
// their order.
func applyEdits(data []byte, edits []edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(data[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(data[at:])
	return out.Bytes()
}

// importEdit is a change of imports: old goes, path comes, under a name or its own.
type importEdit struct{ old, name, path string }

// changeImports rewrites a file's imports. Where gofmt has been at work it goes on
// sorting them into their places; elsewhere, and where that would change more than
// imports, only the path changes.
func changeImports(data []byte, edits []importEdit) ([]byte, error) {
	formatted, err := format.Source(data)
	if err == nil && bytes.Equal(formatted, data) {
		if out, ok := sortedImports(data, edits); ok {
			return out, nil
		}
	}
	return plainImports(data, edits)
}

func sortedImports(data []byte, edits []importEdit) ([]byte, bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", data, parser.ParseComments)
	if err != nil {
		return nil, false
	}
	for _, e := range edits {
		name := e.name
		if e.old != "" {
			spec := importSpec(f, e.old)
			if spec == nil || spec.Doc != nil || spec.Comment != nil {
				return nil, false
			}
			if spec.Name != nil {
				name = spec.Name.Name
			}
			astutil.DeleteNamedImport(fset, f, nameOf(spec), e.old)
		}
		if e.path != "" {
			astutil.AddNamedImport(fset, f, name, e.path)
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, f); err != nil {
		return nil, false
	}
	// What follows the imports must be the same.
	before, after := behindImports(data), behindImports(out.Bytes())
	return out.Bytes(), before != nil && bytes.Equal(before, after)
}

// plainImports changes the path where it stands, and adds what is new as a
// declaration of its own.
func plainImports(data []byte, edits []importEdit) ([]byte, error) {
	for _, e := range edits {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "", data, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return nil, err
		}
		offset := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
		path := strconv.Quote(e.path)
		spec := importSpec(f, e.old)
		switch {
		case spec != nil && e.path != "":
			data = applyEdits(data, []edit{{offset(spec.Path.Pos()), offset(spec.Path.End()), path}})
		case spec != nil:
			// An import that nothing uses any more: a blank one stays valid
			// wherever it stands.
			text := "_ "
			at := offset(spec.Pos())
			if spec.Name != nil {
				data = applyEdits(data, []edit{{at, offset(spec.Name.End()), "_"}})
				continue
			}
			data = applyEdits(data, []edit{{at, at, text}})
		case e.old == "":
			if e.name != "" {
				path = e.name + " " + path
			}
			at := offset(f.Name.End())
			data = applyEdits(data, []edit{{at, at, "\n\nimport " + path}})
		}
	}
	return data, nil
}

func nameOf(spec *ast.ImportSpec) string {
	if spec.Name == nil {
		return ""
	}
	return spec.Name.Name
}

// behindImports is the text behind the last import, from the next declaration on.
func behindImports(data []byte) []byte {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", data, parser.ParseComments)
	if err != nil {
		return nil
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		pos := d.Pos()
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Doc != nil {
				pos = d.Doc.Pos()
			}
		case *ast.FuncDecl:
			if d.Doc != nil {
				pos = d.Doc.Pos()
			}
		}
		return data[fset.PositionFor(pos, false).Offset:]
	}
	return []byte{}
}
