package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// loader loads a copy of the module, with types.
type loader struct {
	dir      string // of the module's copy
	work     string // the folder in dir that patterns are relative to
	patterns []string
	tags     string
}

func (l *loader) config(ctx context.Context) *packages.Config {
	cfg := &packages.Config{
		Context: ctx,
		Mode: packages.LoadSyntax | packages.NeedModule | packages.NeedForTest |
			packages.NeedEmbedFiles,
		Dir:   filepath.Join(l.dir, l.work),
		Tests: true,
		Env:   append(os.Environ(), "PWD="+filepath.Join(l.dir, l.work)),
	}
	if l.tags != "" {
		cfg.BuildFlags = []string{"-tags=" + l.tags}
	}
	return cfg
}

// load loads the packages with their tests, whether or not they compile.
func (l *loader) load(ctx context.Context) ([]*packages.Package, error) {
	pkgs, err := packages.Load(l.config(ctx), l.patterns...)
	if err != nil {
		return nil, err
	}
	// The main packages of test binaries are generated and say nothing.
	return slices.DeleteFunc(pkgs, func(p *packages.Package) bool {
		return strings.HasSuffix(p.ID, ".test")
	}), nil
}

// loadGood loads packages that compile.
func (l *loader) loadGood(ctx context.Context) ([]*packages.Package, error) {
	pkgs, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []string
	module := false
	for _, p := range pkgs {
		module = module || p.Module != nil && p.Module.Main
		for _, e := range p.Errors {
			if line := relativeText(e.Error(), l.dir); !slices.Contains(wrong, line) {
				wrong = append(wrong, line)
			}
		}
	}
	switch {
	case len(wrong) > 0:
		return nil, fmt.Errorf("the module does not compile as it is:\n\t%s", firstLines(wrong, 6))
	case !module:
		return nil, fmt.Errorf("no packages of the module match %s", strings.Join(l.patterns, " "))
	}
	return pkgs, nil
}

// relativeText shortens the names of files below dir in a message.
func relativeText(s, dir string) string {
	return strings.ReplaceAll(s, dir+string(filepath.Separator), "")
}
