package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
)

// goMod is go.mod in a copy of the module, which stands elsewhere: what it
// replaces by a path relative to the module is at the same place still.
type goMod struct {
	dir      string                     // of the copy
	replaces map[string]modfile.Replace // by their absolute paths: as they are in the user's file
	before   *modfile.File

	oldMod, oldSum []byte // the user's
	newSum         []byte
}

// openGoMod makes the replacements in dir's go.mod absolute.
func openGoMod(dir, userDir string) (*goMod, error) {
	f, err := readGoMod(dir)
	if err != nil {
		return nil, err
	}
	g := &goMod{dir: dir, replaces: map[string]modfile.Replace{}}
	if g.before, err = readGoMod(dir); err != nil {
		return nil, err
	}
	if g.oldMod, err = readIfThere(filepath.Join(dir, "go.mod")); err != nil {
		return nil, err
	}
	if g.oldSum, err = readIfThere(filepath.Join(dir, "go.sum")); err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(f.Replace) {
		if !modfile.IsDirectoryPath(r.New.Path) || filepath.IsAbs(r.New.Path) {
			continue
		}
		abs := filepath.Join(userDir, r.New.Path)
		g.replaces[abs] = *r
		if err := f.AddReplace(r.Old.Path, r.Old.Version, abs, ""); err != nil {
			return nil, err
		}
	}
	if len(g.replaces) == 0 {
		return g, nil
	}
	return g, writeGoMod(dir, f)
}

// require adds percpu, and what go says that it needs. The packages in good have all
// that they need now.
func (g *goMod) require(ctx context.Context, src source, good []string) error {
	f, err := readGoMod(g.dir)
	if err != nil {
		return err
	}
	version := src.version
	if src.dir != "" {
		version = "v0.0.0"
		if err := f.AddRequire(percpuPath, version); err != nil {
			return err
		}
		if err := f.AddReplace(percpuPath, "", src.dir, ""); err != nil {
			return err
		}
		if err := writeGoMod(g.dir, f); err != nil {
			return err
		}
	}
	if _, err := goOutput(ctx, g.dir, "get", percpuPath+"@"+version); err != nil {
		return fmt.Errorf("can't have %s, %s:\n\t%w", percpuPath, src, err)
	}
	if err := g.importIt(ctx); err != nil {
		return err
	}
	// What the module's tests need may be newer now, and go.sum doesn't know it. For
	// packages that lack something go would add that as well.
	if _, err := goOutput(ctx, g.dir, append([]string{"list", "-mod=mod", "-deps", "-test"}, good...)...); err != nil {
		return fmt.Errorf("can't have what the module needs together with %s:\n\t%w", percpuPath, err)
	}
	if err := g.sort(); err != nil {
		return err
	}
	g.newSum, err = readIfThere(filepath.Join(g.dir, "go.sum"))
	return err
}

// sort puts percpu among what is needed directly, where go get doesn't: to it percpu
// was nobody's when it came.
func (g *goMod) sort() error {
	f, err := readGoMod(g.dir)
	if err != nil {
		return err
	}
	require := slices.Clone(f.Require)
	for i, r := range require {
		require[i] = &modfile.Require{Mod: r.Mod, Indirect: r.Indirect && r.Mod.Path != percpuPath}
	}
	if err := f.DropRequire(percpuPath); err != nil {
		return err
	}
	f.Cleanup()
	f.SetRequireSeparateIndirect(require)
	return writeGoMod(g.dir, f)
}

// importIt lets go find out what percpu's packages need, from a package that
// imports them and is gone again afterwards.
func (g *goMod) importIt(ctx context.Context) error {
	dir, err := os.MkdirTemp(g.dir, "adopt")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text := fmt.Sprintf("package adopt\n\nimport (\n\t_ %q\n\t_ %q\n)\n", primitivesPath, syncPath)
	if err := os.WriteFile(filepath.Join(dir, "adopt.go"), []byte(text), 0o666); err != nil {
		return err
	}
	if _, err := goOutput(ctx, g.dir, "get", "./"+filepath.Base(dir)); err != nil {
		return fmt.Errorf("can't have what %s needs:\n\t%w", percpuPath, err)
	}
	return nil
}

// user returns the copy's go.mod as it is to be in the user's module.
func (g *goMod) user() ([]byte, error) {
	f, err := readGoMod(g.dir)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(f.Replace) {
		if old, ok := g.replaces[r.New.Path]; ok {
			if err := f.AddReplace(r.Old.Path, r.Old.Version, old.New.Path, ""); err != nil {
				return nil, err
			}
		}
	}
	f.Cleanup()
	return f.Format()
}

// changes says in words how go.mod differs from the user's.
func (g *goMod) changes() ([]string, error) {
	f, err := readGoMod(g.dir)
	if err != nil {
		return nil, err
	}
	var out []string
	old := map[string]string{}
	for _, r := range g.before.Require {
		old[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range f.Require {
		switch v := old[r.Mod.Path]; v {
		case r.Mod.Version:
		case "":
			out = append(out, "+ "+r.Mod.Path+" "+r.Mod.Version)
		default:
			out = append(out, r.Mod.Path+" "+v+" → "+r.Mod.Version)
		}
	}
	for _, r := range f.Replace {
		if r.Old.Path == percpuPath && !slices.ContainsFunc(g.before.Replace, func(was *modfile.Replace) bool { return was.Old == r.Old && was.New == r.New }) {
			out = append(out, "+ replace "+percpuPath+" => "+r.New.Path)
		}
	}
	if a, b := goLine(g.before), goLine(f); a != b {
		note := "go " + a + " → " + b
		if olderThan(a, "1.22") {
			note += ", with which loops have a variable for each iteration"
		}
		out = append(out, note)
	}
	if a, b := g.before.Toolchain, f.Toolchain; b != nil && (a == nil || a.Name != b.Name) {
		out = append(out, "+ toolchain "+b.Name)
	}
	return out, nil
}

func readGoMod(dir string) (*modfile.File, error) {
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return modfile.Parse("go.mod", data, nil)
}

func writeGoMod(dir string, f *modfile.File) error {
	f.Cleanup()
	data, err := f.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.mod"), data, 0o666)
}

// goLine is the language version, which without a line is 1.16.
func goLine(f *modfile.File) string {
	if f.Go == nil {
		return "1.16"
	}
	return f.Go.Version
}
