package main

import (
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

// oneLine makes one line of the lines of joined errors.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "; ") }
