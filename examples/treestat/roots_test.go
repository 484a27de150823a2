package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRootDirs(t *testing.T) {
	dir := t.TempDir()
	got, err := rootDirs([]string{dir, dir})
	if err != nil || len(got) != 2 || got[0] != dir {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDefaultIsGoSource(t *testing.T) {
	got, err := rootDirs(nil)
	if err != nil {
		t.Skip(err) // no Go installation here
	}
	if _, err := os.Stat(filepath.Join(got[0], "fmt", "print.go")); err != nil {
		t.Error(err)
	}
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", "")
	if got, err := goSource(); err == nil {
		if _, err := os.Stat(filepath.Join(got, "fmt")); err != nil {
			t.Error(err)
		}
	}
}
