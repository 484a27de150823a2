package main

import (
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

var _ = new(primitives.Ref) // what is put into the copy

// TestPatch: the copy is still what the replacements were made for.
func TestPatch(t *testing.T) {
	if _, err := download(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir() + "/after"
	if err := copyPatched(dir, true); err != nil {
		t.Fatal(err)
	}
	if out, err := goOut(dir, "build", "."); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
