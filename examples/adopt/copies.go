package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/ast/astutil"
)

// leaveCopied leaves the files whose locks are copied somewhere, as go vet sees
// it. A copy of an unlocked sync.RWMutex works, though nobody promises that; a
// copy of ours may share the CPUs' parts with what it was copied from.
func (p *plan) leaveCopied(s *sources, d *difference) error {
	graph, err := checker.Analyze([]*analysis.Analyzer{copylock.Analyzer}, s.pkgs, nil)
	if err != nil {
		return err
	}
	for _, action := range graph.Roots {
		if action.Err != nil {
			return fmt.Errorf("%s: %w", action, action.Err)
		}
		for _, diag := range action.Diagnostics {
			f := s.at(action.Package.Fset, diag.Pos)
			if f == nil || f.pkg != action.Package {
				continue // another variant sees the same
			}
			why := f.line(diag.Pos) + ": " + diag.Message
			p.copied(s, f, diag, why)
			locks := locksIn(f, diag.Pos, d)
			for _, v := range locks {
				if at := s.at(f.fset(), v.Pos()); at != nil {
					p.leave(at.name, why)
				}
			}
			if name := diag.Message[strings.LastIndexByte(diag.Message, '.')+1:]; len(locks) == 0 && d.own[name] {
				p.leave(f.name, why)
			}
		}
	}
	return nil
}

// copied refuses the counters in what is copied.
func (p *plan) copied(s *sources, f *sourceFile, diag analysis.Diagnostic, why string) {
	for _, t := range typesAt(f, diag) {
		for _, v := range fieldsOf(t) {
			if c := p.counterOf(s, f.fset(), v); c != nil {
				c.refuse("", why)
			}
		}
	}
}

// typesAt returns the types of the expressions at a diagnostic.
func typesAt(f *sourceFile, diag analysis.Diagnostic) (out []types.Type) {
	path, _ := astutil.PathEnclosingInterval(f.syntax, diag.Pos, diag.Pos)
	for i, n := range path {
		if i > 3 {
			break
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if t := f.pkg.TypesInfo.TypeOf(e); t != nil {
					out = append(out, t)
				}
			}
			_, block := n.(*ast.BlockStmt)
			return !block
		})
	}
	return out
}
