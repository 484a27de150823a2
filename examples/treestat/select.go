package main

import (
	"strings"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// selectBackend selects the default backend, which is what zero values use: the
// named one, or if name is empty what the environment asks for. That must
// happen before the first use of any counter.
func selectBackend(name string) (backend.Selection, error) {
	if name == "" {
		return primitives.Default()
	}
	return primitives.UseBackend(name)
}

// oneLine makes one line of the lines of joined errors.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "; ") }
