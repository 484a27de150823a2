package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWriteAndUndo(t *testing.T) {
	dir := unpack(t, "tiny")
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "tiny")
	before, gitBefore := treeHash(t, dir), gitFiles(t, dir)

	out, errs, status := start(t, dir, "-w", "-counters")
	if status != exitOK {
		t.Fatalf("-w: status %d\n%s%s", status, out, errs)
	}
	diff := git(t, dir, "diff")
	for _, want := range []string{
		`+	"github.com/percpu-go/percpu/primitives/sync"`,
		`-	"sync/atomic"`,
		"+	hits primitives.Counter",
		"+require github.com/percpu-go/percpu",
	} {
		if !strings.Contains(diff, want) {
			t.Errorf("after -w git diff has no line %q:\n%s", want, diff)
		}
	}
	if status := git(t, dir, "status", "--porcelain"); status != " M go.mod\n M tiny.go\n?? go.sum\n" {
		t.Errorf("after -w git status says\n%s", status)
	}
	cmd := exec.Command("go", "vet", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("after -w go vet says %v\n%s", err, out)
	}
	// Now that there are changes nothing more is written.
	_, errs, status = start(t, dir, "-w")
	if status != exitFailure || !strings.Contains(errs, "the working tree has changes") {
		t.Errorf("-w with changes: status %d, %s", status, errs)
	}

	out, errs, status = start(t, dir, "-undo")
	if status != exitOK {
		t.Fatalf("-undo: status %d\n%s%s", status, out, errs)
	}
	if treeHash(t, dir) != before {
		t.Errorf("-undo: the files are not what they were:\n%s", git(t, dir, "diff"))
	}
	if got := gitFiles(t, dir); got != gitBefore {
		t.Errorf("-undo leaves files in .git: %s, before %s", got, gitBefore)
	}
	_, errs, status = start(t, dir, "-undo")
	if status != exitFailure || !strings.Contains(errs, "nothing to undo") {
		t.Errorf("a second -undo: status %d, %s", status, errs)
	}
}

// gitFiles lists adopt's files in git's folder.
func gitFiles(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, ".git", "*adopt*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, " ")
}

// TestUndoEdited is without git, and with a file that was edited since.
func TestUndoEdited(t *testing.T) {
	ownConfig(t)
	dir := unpack(t, "tiny")
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	out, errs, status := start(t, dir, "-w", "-test=false")
	if status != exitOK {
		t.Fatalf("-w: status %d\n%s%s", status, out, errs)
	}
	name := filepath.Join(dir, "tiny.go")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	edited := string(data) + "\n// edited\n"
	put(t, name, edited)

	out, errs, status = start(t, dir, "-undo")
	if status != exitFailure || !strings.Contains(out, "left  tiny.go: edited since") {
		t.Errorf("-undo: status %d\n%s%s", status, out, errs)
	}
	if now, _ := os.ReadFile(name); string(now) != edited {
		t.Error("-undo changed a file that was edited since")
	}
	if now, _ := os.ReadFile(filepath.Join(dir, "go.mod")); string(now) != string(mod) {
		t.Errorf("-undo: go.mod is now\n%s", now)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.sum")); err == nil {
		t.Error("-undo leaves a go.sum that was not there")
	}
	// With the edit taken back the rest follows.
	put(t, name, string(data))
	if out, errs, status = start(t, dir, "-undo"); status != exitOK {
		t.Errorf("-undo again: status %d\n%s%s", status, out, errs)
	}
	if now, _ := os.ReadFile(name); strings.Contains(string(now), "percpu") {
		t.Errorf("-undo again leaves\n%s", now)
	}
}

// TestWritable: what can't be written is named, and nothing is made to find that out.
func TestWritable(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Join(dir, "not", "there", "yet")} {
		if err := writable(d); err != nil {
			t.Error(err)
		}
	}
	put(t, filepath.Join(dir, "file"), "")
	bad := []string{filepath.Join(dir, "file", "below")}
	if runtime.GOOS == "linux" {
		bad = append(bad, "/proc/self") // where root can't either
	}
	for _, d := range bad {
		if err := writable(d); err == nil || !strings.Contains(err.Error(), d) {
			t.Errorf("%s: %v", d, err)
		}
	}
	found, err := os.ReadDir(dir)
	if err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
}

// ownConfig gives the test a folder for configuration of its own.
func ownConfig(t *testing.T) {
	t.Helper()
	env := goEnv(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	for k, v := range env {
		t.Setenv(k, v)
	}
}

// goEnv is where the go command keeps things, which it would look for elsewhere
// with another HOME.
func goEnv(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, k := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		v, err := exec.Command("go", "env", k).Output()
		if err != nil {
			t.Fatal(err)
		}
		out[k] = strings.TrimSpace(string(v))
	}
	return out
}
