package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// loader loads a copy of the module, with types: all of it, since what is not to be
// changed may use what is.
type loader struct {
	dir      string // of the module's copy
	work     string // the folder in dir that patterns are relative to
	patterns []string
	tags     string

	chosen map[string]bool // paths of the packages that match patterns
	bad    map[string]bool // paths of others, which don't compile as they are
}

func (l *loader) config(ctx context.Context) *packages.Config {
	cfg := &packages.Config{
		Context: ctx,
		Mode: packages.LoadSyntax | packages.NeedModule | packages.NeedForTest |
			packages.NeedEmbedFiles,
		Dir:   l.dir,
		Tests: true,
		Env:   append(os.Environ(), "PWD="+l.dir),
	}
	cfg.BuildFlags = l.buildFlags()
	return cfg
}

func (l *loader) buildFlags() []string {
	if l.tags == "" {
		return nil
	}
	return []string{"-tags=" + l.tags}
}

// load loads the module's packages with their tests, whether or not they compile.
func (l *loader) load(ctx context.Context) ([]*packages.Package, error) {
	pkgs, err := packages.Load(l.config(ctx), "./...")
	if err != nil {
		return nil, err
	}
	// The main packages of test binaries are generated and say nothing.
	return slices.DeleteFunc(pkgs, func(p *packages.Package) bool {
		return strings.HasSuffix(p.ID, ".test")
	}), nil
}

// choose finds the packages that match the patterns, each of which has to match one.
func (l *loader) choose(ctx context.Context) error {
	const format = "{{with .Module}}{{if .Main}}{{$.ImportPath}}{{range $.Match}}\t{{.}}{{end}}{{end}}{{end}}"
	args := append([]string{"list", "-e", "-find", "-f", format}, l.buildFlags()...)
	out, err := goOutput(ctx, filepath.Join(l.dir, l.work), append(append(args, "--"), l.patterns...)...)
	if err != nil {
		return err
	}
	l.chosen = map[string]bool{}
	matched := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if path, patterns, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			l.chosen[path] = true
			for p := range strings.SplitSeq(patterns, "\t") {
				matched[p] = true
			}
		}
	}
	if wrong := slices.DeleteFunc(slices.Clone(l.patterns), func(p string) bool { return matched[cleanPattern(p)] }); len(wrong) > 0 {
		return fmt.Errorf("no package of the module matches %s", strings.Join(wrong, " or "))
	}
	return nil
}

// cleanPattern returns a pattern as go list's Match has it.
func cleanPattern(p string) string {
	p = filepath.ToSlash(p)
	clean := path.Clean(p)
	if strings.HasPrefix(p, "./") && clean != "." {
		return "./" + clean
	}
	return clean
}

// isChosen reports whether p, which may be a test's, is to be changed.
func (l *loader) isChosen(p *packages.Package) bool {
	return l.chosen[p.PkgPath] || p.ForTest != "" && l.chosen[p.ForTest]
}

// loadGood loads packages of which the chosen ones compile.
func (l *loader) loadGood(ctx context.Context) ([]*packages.Package, error) {
	if err := l.choose(ctx); err != nil {
		return nil, err
	}
	pkgs, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	l.bad = map[string]bool{}
	var chosen []*packages.Package
	for _, p := range pkgs {
		switch {
		case l.isChosen(p):
			chosen = append(chosen, p)
		case len(p.Errors) > 0:
			l.bad[p.PkgPath] = true
		}
	}
	// What can't be found comes first: the types that lack are because of that.
	var wrong, types []string
	packages.Visit(chosen, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			list := &wrong
			switch {
			case e.Kind == packages.TypeError:
				list = &types
			case strings.HasPrefix(e.Msg, "# "):
				continue // the compiler's view of the same
			}
			if line := relativeText(strings.TrimPrefix(e.Error(), "-: "), l.dir); !slices.Contains(*list, line) {
				*list = append(*list, line)
			}
		}
	})
	if len(wrong) == 0 {
		wrong = types
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the module does not compile as it is:\n\t%s", firstLines(wrong, 6))
	}
	return pkgs, nil
}

// good returns the paths of the module's packages that compile with their tests.
func (l *loader) good(pkgs []*packages.Package) (out []string) {
	for _, p := range pkgs {
		path := p.PkgPath
		if p.ForTest != "" || p.Module == nil || !p.Module.Main || l.bad[path] || l.bad[path+"_test"] {
			continue
		}
		out = append(out, path)
	}
	return out
}

// relativeText shortens the names of dir and of files below it in a message.
func relativeText(s, dir string) string {
	s = strings.ReplaceAll(s, dir+string(filepath.Separator), "")
	// not what only begins like dir
	return regexp.MustCompile(regexp.QuoteMeta(dir)+`($|[^\w.-])`).ReplaceAllString(s, ".$1")
}
