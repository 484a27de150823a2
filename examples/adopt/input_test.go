package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBadInput is about what adopt can't work with: the error says what it is, and
// what one can do.
func TestBadInput(t *testing.T) {
	put := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { put(t, filepath.Join(dir, name), text) }
	}
	for _, test := range []struct {
		name  string
		setUp func(t *testing.T, dir string)
		args  []string
		want  string
	}{
		{"no module", func(t *testing.T, dir string) { remove(t, dir, "go.mod") }, nil, "no module: there is no go.mod"},
		{"broken go.mod", put("go.mod", "modul x\n"), nil, "go.mod:1: unknown directive: modul"},
		{"does not compile", put("more.go", "package tiny\n\nvar x int = \"\"\n"), nil, "does not compile as it is:\n\tmore.go:3:13: cannot use"},
		{"a test does not compile", put("more_test.go", "package tiny\n\nvar x int = \"\"\n"), nil, "more_test.go:3:13: cannot use"},
		{"not to be had", put("more.go", "package tiny\n\nimport _ \"example.org/nowhere\"\n"), nil, "no required module provides package example.org/nowhere"},
		{"vendored", put("vendor/modules.txt", ""), nil, "the module is vendored: start adopt with GOFLAGS=-mod=mod"},
		{"workspace", put("go.work", "go 1.24.0\n\nuse .\n"), nil, "start adopt with GOWORK=off"},
		{"two packages in one", put("more.go", "package other\n"), nil, "found packages other (more.go) and tiny (tiny.go) in .\n"},
		{"no such package", nil, []string{"./nothing"}, "no package of the module matches ./nothing\n"},
		{"no such package beside others", nil, []string{"./...", "fmt", "./nothing/..."}, "no package of the module matches fmt or ./nothing/...\n"},
		{"a file", nil, []string{"tiny.go"}, "no package of the module matches tiny.go\n"},
		{"no checkout", nil, []string{"-percpu", os.TempDir()}, "-percpu: "},
		{"no profile", nil, []string{"-profile", "testdata/tiny.txtar"}, "-profile testdata/tiny.txtar: parsing profile: unrecognized profile format: it is no file that"},
		{"no such profile", nil, []string{"-profile", "nowhere"}, "-profile: open nowhere: "},
		{"no room for the record", func(t *testing.T, dir string) {
			ownConfig(t)
			config, err := os.UserConfigDir()
			if err != nil {
				t.Fatal(err)
			}
			put("more.go", "package tiny\n\nvar x int = \"\"\n")(t, dir) // which would be seen later
			put("percpu-adopt", "a file")(t, config)
		}, []string{"-w"}, "-w: nothing can be written to "},
		{"no network", func(t *testing.T, _ string) {
			t.Setenv("GOFLAGS", "-modcacherw -buildvcs=false")
			t.Setenv("GOPROXY", "off")
			t.Setenv("GOMODCACHE", t.TempDir())
		}, nil, "can't have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := unpack(t, "tiny")
			if test.setUp != nil {
				test.setUp(t, dir)
			}
			before := treeHash(t, dir)
			out, errs, status := start(t, dir, test.args...)
			if status != exitFailure || !strings.Contains(errs, test.want) || out != "" || strings.Contains(errs, os.TempDir()+"/adopt-") {
				t.Errorf("status %d, standard output %q, standard error %q, which should hold %q", status, out, errs, test.want)
			}
			if treeHash(t, dir) != before {
				t.Error("the module has changed")
			}
		})
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// TestTestsDontRun: who mistypes a flag of go test sees that no test ran, and why.
func TestTestsDontRun(t *testing.T) {
	out, errs, status := start(t, unpack(t, "tiny"), "--", "-nosuchflag")
	if status != exitOK || !strings.Contains(out, "fails as it is, too: flag provided but not defined: -nosuchflag") {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
}

func TestUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"not defined: -x":                             {"-x"},
		"-bench: ":                                    {"-bench", "("},
		"-undo takes back all":                        {"-undo", "-w"},
		"-api is about -counters":                     {"-api"},
		"-rounds 0: at least 1":                       {"-rounds", "0"},
		"-w is behind a package: flags stand before":  {"./...", "-w"},
		"-benchtime 5: a time, as 100ms, or a number": {"-bench", ".", "-benchtime", "5"},
		"-benchtime 0x: a time, as 100ms":             {"-bench", ".", "-benchtime", "0x"},
		"-profile: no file is named":                  {"-profile", ""},
	} {
		if out, errs, status := start(t, ".", args...); status != exitUsage || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%v: status %d, %q, %q", args, status, out, errs)
		}
	}
	if _, errs, status := start(t, ".", "-h"); status != exitOK || !strings.Contains(errs, "usage: adopt") {
		t.Errorf("-h: status %d, %q", status, errs)
	}
}
