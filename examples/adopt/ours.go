package main

import (
	"context"
	"fmt"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// difference is what percpu's package sync has of its own: by name the types that
// are not the standard package's by alias, and the names that it lacks.
type difference struct{ own, missing map[string]bool }

// findDifference compares the two packages as the module in dir sees them.
func findDifference(ctx context.Context, l *loader) (*difference, error) {
	cfg := l.config(ctx)
	cfg.Dir, cfg.Tests = l.dir, false
	cfg.Mode = packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps
	pkgs, err := packages.Load(cfg, "sync", syncPath)
	if err != nil {
		return nil, err
	}
	byPath := map[string]*types.Package{}
	for _, p := range pkgs {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s does not compile here: %v", p.PkgPath, p.Errors[0])
		}
		byPath[p.PkgPath] = p.Types
	}
	std, ours := byPath["sync"], byPath[syncPath]
	if std == nil || ours == nil {
		return nil, fmt.Errorf("%s can't be loaded", syncPath)
	}
	d := &difference{own: map[string]bool{}, missing: map[string]bool{}}
	for _, name := range std.Scope().Names() {
		obj := std.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch own := ours.Scope().Lookup(name); {
		case own == nil:
			d.missing[name] = true
		case isType(obj) && !types.Identical(obj.Type(), own.Type()):
			d.own[name] = true
		}
	}
	return d, nil
}

func isType(obj types.Object) bool {
	_, ok := obj.(*types.TypeName)
	return ok
}
