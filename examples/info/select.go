package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// selectBackend asks for a backend by name or, if name is empty, for the default
// one, which is the one that zero values use.
func selectBackend(name string) (backend.Selection, error) {
	if name == "" {
		return primitives.Default()
	}
	return backend.Select(name, primitives.Candidates()...)
}

// explain is the text of a selection's error, each rejection on its own line.
func explain(err error) string {
	var failed *backend.SelectionError
	if !errors.As(err, &failed) {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "no backend for %q", failed.Want)
	for _, r := range failed.Rejections {
		fmt.Fprintf(&b, "\n\t%s", oneLine(r.String()))
	}
	return b.String()
}

// oneLine makes one line of the lines of joined errors.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "; ") }
