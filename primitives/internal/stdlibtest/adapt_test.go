package stdlibtest

import (
	"maps"
	"slices"
	"testing"
)

const source = `// A comment.
package sync_test

import . "sync"

// old is in the way.
func old[T any]() {}

type gone[T any] struct{ Mutex }

// String belongs to gone.
func (*gone[T]) String() string { return "" }

var kept Mutex
`

func TestAdapt(t *testing.T) {
	a := adapter{
		pkg:     "primitives_test",
		replace: []string{`. "sync"`, `"sync"`, "kept Mutex", "kept sync.Mutex", "Missing", ""},
		drop:    map[string]string{"old": "", "gone": "", "gone.String": "", "absent": "", "perhaps?": ""},
		seen:    map[string]bool{},
	}
	got, err := a.adapt("x_test.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	want := "// A comment.\npackage primitives_test\n\nimport \"sync\"\n\n\n\n\n\n\n\nvar kept sync.Mutex\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if unused := a.unused(); !slices.Equal(unused, []string{"Missing", "absent"}) {
		t.Errorf("unused rules: %q", unused)
	}
}

func TestAdaptWantsGo(t *testing.T) {
	if _, err := (&adapter{}).adapt("x_test.go", []byte("no Go")); err == nil {
		t.Error("no error for a file that is not Go")
	}
}

func TestParse(t *testing.T) {
	got := parse([]byte("=== RUN   TestA\n    a.go:1: wrong\n--- FAIL: TestA (0.01s)\n    --- SKIP: TestA/sub (0.00s)\n" +
		"=== RUN   TestB\n--- PASS: TestB (0.00s)\n=== RUN   TestC\npanic: no\n"))
	if want := map[string]string{"TestA": "FAIL", "TestA/sub": "SKIP", "TestB": "PASS"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
