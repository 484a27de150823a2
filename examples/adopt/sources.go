package main

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// sourceFile is a Go file of the module, as one of the packages sees it that it
// is in: with its tests, if there are any.
type sourceFile struct {
	name   string // relative to the module
	abs    string
	pkg    *packages.Package
	syntax *ast.File
	data   []byte
}

// fset is the same for all files that were loaded together.
func (f *sourceFile) fset() *token.FileSet { return f.pkg.Fset }

func (f *sourceFile) line(pos token.Pos) string {
	return f.name + ":" + strconv.Itoa(f.fset().Position(pos).Line)
}

// offset is where pos is in the file's bytes, whatever line directives say.
func (f *sourceFile) offset(pos token.Pos) int { return f.fset().PositionFor(pos, false).Offset }

// sources are the module's files, by their names relative to it.
type sources struct {
	dir   string
	pkgs  []*packages.Package
	files map[string]*sourceFile
	other map[string]string // Go files whose types are not known: why
}

// newSources reads what pkgs, which l has loaded, are made of.
func newSources(l *loader, pkgs []*packages.Package) (*sources, error) {
	s := &sources{dir: l.dir, pkgs: pkgs, files: map[string]*sourceFile{}, other: map[string]string{}}
	// Packages together with their tests come last, and see most.
	byTests := slices.Clone(pkgs)
	slices.SortStableFunc(byTests, func(a, b *packages.Package) int { return len(a.Syntax) - len(b.Syntax) })
	for _, p := range byTests {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		if l.bad[p.PkgPath] {
			for _, abs := range p.GoFiles {
				if name, ok := s.inside(abs); ok {
					s.other[name] = "in a package that doesn't compile"
				}
			}
			continue
		}
		for _, syntax := range p.Syntax {
			abs := p.Fset.PositionFor(syntax.FileStart, false).Filename
			name, ok := s.inside(abs)
			if !ok {
				continue // what cgo made of a file
			}
			data, err := os.ReadFile(abs)
			if err != nil {
				return nil, err
			}
			s.files[name] = &sourceFile{name: name, abs: abs, pkg: p, syntax: syntax, data: data}
		}
		for _, abs := range p.GoFiles {
			if name, ok := s.inside(abs); ok && s.files[name] == nil {
				s.other[name] = "uses cgo"
			}
		}
		for _, abs := range p.IgnoredFiles {
			if name, ok := s.inside(abs); ok && strings.HasSuffix(name, ".go") && s.files[name] == nil {
				s.other[name] = "not built here, for its build constraints"
			}
		}
	}
	for name := range s.files {
		delete(s.other, name)
	}
	return s, nil
}

func (s *sources) inside(abs string) (string, bool) {
	name, err := filepath.Rel(s.dir, abs)
	return filepath.ToSlash(name), err == nil && filepath.IsLocal(name)
}

// at returns the file that pos is in, or nil if it is not one of the module's.
func (s *sources) at(fset *token.FileSet, pos token.Pos) *sourceFile {
	if !pos.IsValid() {
		return nil
	}
	name, ok := s.inside(fset.PositionFor(pos, false).Filename)
	if !ok {
		return nil
	}
	return s.files[name]
}

// names returns the files' names in order.
func (s *sources) names() []string { return sortedKeys(s.files) }

// importSpec returns the import of path, or nil.
func importSpec(f *ast.File, path string) *ast.ImportSpec {
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == path {
			return spec
		}
	}
	return nil
}

// mentions reports whether a file that can't be type-checked names what, as a
// word of its own.
func mentions(abs, what string) bool {
	data, err := os.ReadFile(abs)
	if err != nil {
		return true
	}
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(what))
		if i < 0 {
			return false
		}
		i += from
		from = i + len(what)
		if !wordByte(data, i-1) && !wordByte(data, from) {
			return true
		}
	}
}

func wordByte(data []byte, i int) bool {
	if i < 0 || i >= len(data) {
		return false
	}
	c := data[i]
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func olderThan(a, b string) bool { return version.Compare("go"+a, "go"+b) < 0 }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
