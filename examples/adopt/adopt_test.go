package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what adopt says to testdata")

var (
	times     = regexp.MustCompile(`\b[0-9.]+ ?m?s\b`)
	goVersion = regexp.MustCompile(`Go 1\.[0-9.a-z]+,`)
	checkout  = regexp.MustCompile(`the checkout in \S+`)
	spaces    = regexp.MustCompile(` +\n`)
)

// plainText is adopt's output without what differs from run to run.
func plainText(s string) string {
	s = goVersion.ReplaceAllString(s, "Go VERSION,")
	s = checkout.ReplaceAllString(s, "CHECKOUT")
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
