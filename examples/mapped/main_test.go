package main

import (
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out, 1000, 4, 200*time.Millisecond, time.Millisecond); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "versions of the file") || strings.Contains(out.String(), "from 1 versions") {
		t.Errorf("%s", &out)
	}
	if run(&out, 0, 1, 0, 0) == nil || run(&out, 1, 0, 0, 0) == nil {
		t.Error("no error")
	}
}

// TestTorn: a record of two versions is found.
func TestTorn(t *testing.T) {
	tab, err := openTable(t.TempDir(), 2)
	if err != nil {
		t.Fatal(err)
	}
	torn := append([]byte(nil), tab.now.Load().bytes...)
	torn[recordSize]++
	old := tab.now.Swap(&mapping{torn})
	if _, err := tab.read(0); err != nil {
		t.Error(err)
	}
	if _, err := tab.read(1); err != errTorn {
		t.Errorf("%v, want %v", err, errTorn)
	}
	if err := old.unmap(); err != nil {
		t.Error(err)
	}
}
