package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what adopt says to testdata")

var (
	times     = regexp.MustCompile(`\b([0-9]+[hm])*[0-9.]+ ?m?s\b`)
	goVersion = regexp.MustCompile(`Go 1\.[0-9.a-z]+,`)
	checkout  = regexp.MustCompile(`the checkout in \S+`)
	replaced  = regexp.MustCompile(`=> \S+`)
	spaces    = regexp.MustCompile(` +\n`)
)

// plainText is adopt's output without what differs from run to run.
func plainText(s string) string {
	s = goVersion.ReplaceAllString(s, "Go VERSION,")
	s = checkout.ReplaceAllString(s, "CHECKOUT")
	s = replaced.ReplaceAllString(s, "=> CHECKOUT")
	s = times.ReplaceAllString(s, "TIME")
	return spaces.ReplaceAllString(strings.TrimSpace(s)+"\n", "\n")
}

// compare compares adopt's output with a file of testdata.
func compare(t *testing.T, name, out string) {
	t.Helper()
	file := filepath.Join("testdata", name+".want")
	got := plainText(out)
	if *update {
		put(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLocks(t *testing.T) {
	dir := unpack(t, "locks")
	before := treeHash(t, dir)
	out, errs, status := start(t, dir)
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	compare(t, "locks", out)
	if treeHash(t, dir) != before {
		t.Error("the module has changed without -w")
	}
	if errs != "" {
		t.Errorf("standard error is no terminal, but holds %q", errs)
	}
}

// TestPatterns is about packages that are not to be changed: they go on compiling,
// and don't have to if they didn't.
func TestPatterns(t *testing.T) {
	dir := unpack(t, "patterns")
	out, errs, status := start(t, dir, "-test=false", "./chosen/") // as shells complete it
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	compare(t, "patterns", out)
	if _, errs, status = start(t, dir); status != exitFailure || !strings.Contains(errs, "broken/broken.go:3:13: cannot use") {
		t.Errorf("all packages: status %d, %s", status, errs)
	}
}

// TestRealModule is about a module of others, whose tests pass after the change.
func TestRealModule(t *testing.T) {
	const name = "github.com/hashicorp/golang-lru/v2@v2.0.7"
	out, err := exec.Command("go", "mod", "download", "-json", name).Output()
	if err != nil {
		t.Skipf("%s can't be had: %v", name, err)
	}
	var have struct{ Dir string }
	if err := json.Unmarshal(out, &have); err != nil {
		t.Fatal(err)
	}
	ownConfig(t)
	dir := filepath.Join(t.TempDir(), "lru")
	if err := copyTree(context.Background(), have.Dir, dir); err != nil {
		t.Fatal(err)
	}
	text, errs, status := start(t, dir, "-w", "-json")
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, text, errs)
	}
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, c := range r.Changed {
		files = append(files, c.File)
	}
	if got := strings.Join(files, " "); got != "2q.go lru.go" || len(r.Left) > 0 {
		t.Errorf("changed %s, left %v", got, r.Left)
	}
	if len(r.Tests) != 1 || r.Tests[0].After != "ok" {
		t.Errorf("tests: %+v", r.Tests)
	}
	if out, errs, status := start(t, dir, "-undo"); status != exitOK {
		t.Fatalf("-undo: status %d\n%s%s", status, out, errs)
	}
	clean := filepath.Join(t.TempDir(), "lru")
	if err := copyTree(context.Background(), have.Dir, clean); err != nil {
		t.Fatal(err)
	}
	if treeHash(t, dir) != treeHash(t, clean) {
		t.Error("-undo: the files are not what they were")
	}
}
