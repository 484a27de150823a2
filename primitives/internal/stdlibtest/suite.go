package stdlibtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// A Suite is a set of the standard library's test files and what must be
// changed in them.
type Suite struct {
	// Package is what the files' package is to be, primitives_test if empty. The
	// test's working directory must be that of the package it tests.
	Package string

	// Files are slash-separated paths below GOROOT/src.
	Files []string

	// Replace holds pairs of old and new text, as strings.NewReplacer takes
	// them. Every old text must occur in some file.
	Replace []string

	// Drop says which top-level functions, types or variables are left out,
	// and why. Every name must occur, unless it ends with a question mark:
	// then it need not in every version of Go.
	Drop map[string]string

	// Add holds further files of the package, name to text.
	Add map[string]string

	// Keep names test files of the package to be compiled with them,
	// such as export_test.go. All others are hidden.
	Keep []string

	// Tests are the tests that must run and pass; none may be skipped.
	Tests []string

	// Env is for the tests, after this process's environment.
	Env []string
}

// Run builds the suite's tests and runs them in a process of their own.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	s.Test(t, s.Build(t))
}

// Build builds the suite's tests, as this process was built: tags, -race,
// -buildmode, cgo, architecture. It returns the executable's path.
func (s Suite) Build(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]string{}
	hidden, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range hidden {
		if !slices.Contains(s.Keep, filepath.Base(path)) {
			overlay[path] = ""
		}
	}
	tmp := t.TempDir()
	for name, text := range s.adapted(t) {
		path := filepath.Join(tmp, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(dir, name)] = path
	}
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlayFile, list, 0o600); err != nil {
		t.Fatal(err)
	}
	built := filepath.Join(tmp, "suite.test")
	flags, env := ourBuild()
	// Whoever wrote the files has vetted them.
	cmd := exec.Command("go", slices.Concat([]string{"test", "-c", "-vet=off", "-o", built, "-overlay", overlayFile}, flags)...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return built
}

// Test runs the tests of the executable, -short if this process does.
func (s Suite) Test(t *testing.T, built string) {
	t.Helper()
	cmd := exec.Command(built, "-test.v", "-test.timeout=10m", fmt.Sprintf("-test.short=%t", testing.Short()))
	cmd.Env = append(os.Environ(), s.Env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %v\n%s", cmd.Args, err, out)
	}
	results := parse(out)
	for _, name := range s.Tests {
		switch result := results[name]; result {
		case "PASS":
		case "":
			t.Errorf("%s did not run", name)
		default:
			t.Errorf("%s: %s", name, result)
		}
	}
}

// adapted returns the suite's files, name to text.
func (s Suite) adapted(t *testing.T) map[string]string {
	t.Helper()
	a := adapter{pkg: cmp.Or(s.Package, "primitives_test"), replace: s.Replace, drop: s.Drop, seen: map[string]bool{}}
	files := map[string]string{}
	for _, file := range s.Files {
		path := filepath.Join(goroot(t), "src", filepath.FromSlash(file))
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := a.adapt(file, src)
		if err != nil {
			t.Fatal(err)
		}
		files["stdlib_"+strings.ReplaceAll(file, "/", "_")] = text
	}
	for _, name := range a.unused() {
		t.Errorf("%q is not in %v: has this version of Go renamed it?", name, s.Files)
	}
	for name, text := range s.Add {
		files[name] = text
	}
	return files
}

// goroot asks the go command that will compile the tests: runtime.GOROOT may be
// empty or elsewhere in a binary built with -trimpath.
func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env GOROOT: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// ourBuild returns the go command's flags and environment that this test's own
// binary was built with, as far as they decide what is tested.
func ourBuild() (flags, env []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, nil
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "-race", "-tags", "-buildmode":
			flags = append(flags, s.Key+"="+s.Value)
		case "CGO_ENABLED", "GOARCH", "GOOS":
			env = append(env, s.Key+"="+s.Value)
		}
	}
	return flags, env
}

var result = regexp.MustCompile(`(?m)^ *--- (PASS|FAIL|SKIP): (\S+)`)

// parse returns PASS, FAIL or SKIP for each test by what tests print with -v.
func parse(out []byte) map[string]string {
	results := map[string]string{}
	for _, m := range result.FindAllSubmatch(out, -1) {
		results[string(m[2])] = string(m[1])
	}
	return results
}
