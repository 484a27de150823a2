package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/percpu-go/percpu/bench"
)

// Names of rows of real code.
const (
	original  = "original"
	exchanged = "exchanged"
)

// adopterGroup is how the names of groups of real code begin.
const adopterGroup = "adopters: "

// adopters are the real code, each with the call that its users make most.
var adopters = []struct{ name, call string }{
	{"go-cache", "go-cache Get"},
	{"golang-lru", "golang-lru Cache.Get"},
	{"bigcache", "bigcache Get"},
	{"ristretto", "ristretto Cache.Get"},
	{"fastcache", "fastcache Get"},
	{"client_golang", "client_golang WithLabelValues(3).Inc"},
	{"sublist", "nats-server Sublist.Match"},
}

// adopterTargets are what code is meant to cost whose import of package sync was
// exchanged.
func adopterTargets(h Host, name, call string) []Target {
	what := call + ", import exchanged / as it is"
	two := 1.1
	if h.rseq == nil {
		what = "atomic backend: " + what
	} else if name == "go-cache" {
		two = 0.35 // its lock is all that its readers share
	}
	return []Target{
		{what, cost, row{exchanged, 1}, row{original, 1}, atMost(1.1)},
		{what, cost, row{exchanged, 2}, row{original, 2}, atMost(two)},
	}
}

// Adopters builds a program of real code, twice in one, and runs it: as it is, and with
// its import of package sync exchanged for one in which the locks are package
// percpu's. What noise kept from being measured has no result. It needs the go command, and the sources in its module cache or a way to
// them.
func Adopters(h Host, cfg bench.Config) ([]Group, error) {
	dir, err := os.MkdirTemp("", "adopters")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := writeAdopters(dir); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-mod=mod", "-o", "adopters", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED="+buildSetting("CGO_ENABLED"))
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(build.Args, " "), err, out)
	}
	run := exec.Command(filepath.Join(dir, "adopters"), fmt.Sprint("-rounds=", cfg.Rounds), fmt.Sprint("-window=", cfg.Window))
	run.Stderr = os.Stderr
	text, err := run.Output()
	if err != nil {
		return nil, err
	}
	var out struct {
		Backend string
		Results map[string]*bench.Result
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&out); err != nil {
		return nil, err
	}
	if out.Backend != h.Backend() {
		return nil, fmt.Errorf("real code used backend %s, not %s", out.Backend, h.Backend())
	}
	var groups []Group
	for _, a := range adopters {
		g := Group{Name: adopterGroup + a.name, Result: out.Results[a.name]}
		if g.Result != nil { // there was a round without interruption
			g.Verdicts = Judge(g.Result, adopterTargets(h, a.name, a.call))
		}
		groups = append(groups, g)
	}
	return groups, nil
}
