package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"
	gomodule "golang.org/x/mod/module"
)

// source is where percpu comes from: a version of it, or a checkout.
type source struct{ version, dir string }

func (s source) String() string {
	if s.dir != "" {
		return "the checkout in " + s.dir
	}
	return s.version
}

// findSource returns the checkout that was asked for, or the one that this adopt was
// built in, whose commit nobody else may have, or else the version of percpu that
// belongs to this adopt, which is tagged together with it.
func findSource(checkout string) (source, error) {
	if checkout != "" {
		dir, err := filepath.Abs(checkout)
		if err != nil {
			return source{}, err
		}
		if err := isPercpu(dir); err != nil {
			return source{}, fmt.Errorf("-percpu: %w", err)
		}
		return source{dir: dir}, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		if dir := filepath.Join(filepath.Dir(file), "..", ".."); isPercpu(dir) == nil {
			return source{dir: dir}, nil
		}
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path == percpuPath+"/examples/adopt" {
		if v := versionOf(info.Main.Version); v != "" {
			return source{version: v}, nil
		}
	}
	return source{}, fmt.Errorf("this adopt has no version: it was built in a checkout; name that by -percpu")
}

// versionOf returns the version of percpu that belongs to one of adopt, or "" if
// that is none that a proxy knows. Commits have the version that ends in their
// hash, which can differ between the two modules; the hash does not.
func versionOf(adopt string) string {
	switch {
	case adopt == "" || adopt == "(devel)" || strings.Contains(adopt, "+dirty"):
		return ""
	case gomodule.IsPseudoVersion(adopt):
		rev, err := gomodule.PseudoVersionRev(adopt)
		if err != nil {
			return ""
		}
		return rev
	}
	return adopt
}

// isPercpu reports why dir is no checkout of percpu.
func isPercpu(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	if path := modfile.ModulePath(data); path != percpuPath {
		return fmt.Errorf("%s holds module %q, not %s", dir, path, percpuPath)
	}
	return nil
}
