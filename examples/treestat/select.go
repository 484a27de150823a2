package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// selectBackend selects the default backend, which is what zero values use. It
// asks for the named one, or if name is empty for what the environment names.
// That must happen before the first use of any counter: the selection stays.
func selectBackend(name string) (backend.Selection, error) {
	if name != "" {
		if err := os.Setenv(primitives.BackendEnv, name); err != nil {
			return backend.Selection{}, err
		}
	}
	s, err := primitives.Default()
	if err == nil && name != "" && name != backend.Auto && s.Backend.Name() != name {
		err = fmt.Errorf("backend %s is in use already, too late for %s", s.Backend.Name(), name)
	}
	return s, err
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
