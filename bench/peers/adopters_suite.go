package peers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// AdopterSuite is what exchanging an import did to a module, and what its own tests
// say.
type AdopterSuite struct {
	Name   string     `json:"name"`
	Module string     `json:"module"` // with version
	Call   string     `json:"call"`   // that is measured
	Files  int        `json:"files"`  // whose import was exchanged
	Locks  int        `json:"locks"`  // that became package percpu's
	Before TestCounts `json:"before"`
	After  TestCounts `json:"after"`
}

// TestCounts are the results of a module's own tests, subtests included.
type TestCounts struct {
	Passed  int      `json:"passed"`
	Skipped int      `json:"skipped"`
	Failed  []string `json:"failed,omitempty"` // by name
}

func (c TestCounts) String() string {
	text := fmt.Sprintf("%d passed", c.Passed)
	if c.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", c.Skipped)
	}
	if len(c.Failed) > 0 {
		text += fmt.Sprintf(", %d FAILED: %s", len(c.Failed), strings.Join(c.Failed, ", "))
	}
	return text
}

// suite says what of a module is exchanged and tested.
type suite struct {
	module, sum string
	only        []string // files to exchange; nil is all
	args        []string // of go test
}

var suites = map[string]suite{
	"go-cache":      {goCache, goCacheSum, nil, []string{"./..."}},
	"golang-lru":    {golangLRU, golangLRUSum, nil, []string{"./..."}},
	"bigcache":      {bigCache, bigCacheSum, nil, []string{"./..."}},
	"ristretto":     {ristretto, ristrettoSum, nil, []string{"-short", "."}},
	"fastcache":     {fastCache, fastCacheSum, nil, []string{"./..."}},
	"client_golang": {clientGolang, clientSum, nil, []string{"./prometheus"}},
	"sublist":       {natsServer, natsSum, []string{"server/sublist.go"}, []string{"-run=Sublist", "./server"}},
}

// AdopterSuites runs the modules' own tests as they are and with their import of
// package sync exchanged, in copies. It tells progress what it is about to do.
func AdopterSuites(progress func(what string)) (all []AdopterSuite, err error) {
	root, err := goList("github.com/percpu-go/percpu")
	if err != nil {
		return nil, err
	}
	for _, a := range adopters {
		progress(a.name + ", its tests")
		s := suites[a.name]
		result := AdopterSuite{Name: a.name, Module: s.module, Call: a.call}
		if err := s.run(root, &result); err != nil {
			return nil, fmt.Errorf("%s: %w", s.module, err)
		}
		all = append(all, result)
	}
	return all, nil
}

func (s suite) run(root string, to *AdopterSuite) error {
	from, err := source{module: s.module, sum: s.sum}.download()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "adopters")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "module")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); errors.Is(err, fs.ErrNotExist) {
		path, _, _ := strings.Cut(s.module, "@")
		if err := inDir(dir, "go", "mod", "init", path); err != nil {
			return err
		}
	}
	if to.Before, err = runTests(dir, s.args); err != nil {
		return err
	}
	const us = "github.com/percpu-go/percpu"
	if err := inDir(dir, "go", "mod", "edit", "-require="+us+"@v0.0.0", "-replace="+us+"="+root); err != nil {
		return err
	}
	if to.Files, to.Locks, err = s.exchange(dir); err != nil {
		return err
	}
	to.After, err = runTests(dir, s.args)
	return err
}

// exchange exchanges the import in a module's files, tests included, and returns how
// many it was in, and how often they name the lock.
func (s suite) exchange(dir string) (files, locks int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if s.only != nil && !slices.Contains(s.only, filepath.ToSlash(rel)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed, err := exchangeImports(text, map[string]string{"sync": syncPackage})
		if err != nil || bytes.Equal(changed, text) {
			return err
		}
		files++
		locks += bytes.Count(text, []byte("sync.RWMutex"))
		return os.WriteFile(path, changed, 0o644)
	})
	return files, locks, err
}

func inDir(dir string, command ...string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	return output(cmd, nil)
}

// unbuilt stands for tests that can't be built.
const unbuilt = "not built"

// runTests counts what a module's tests come to. That some fail or can't be built, with
// this version of Go say, is a result. They are not vetted: requiring package percpu makes a
// module's language that of Go 1.24, for which vet wants more than it did.
func runTests(dir string, args []string) (counts TestCounts, err error) {
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1", "-mod=mod", "-vet=off"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var text strings.Builder
	for line := range bytes.Lines(out) {
		var event struct{ Action, Test, Output string }
		if json.Unmarshal(line, &event) != nil {
			text.Write(line)
			continue
		}
		text.WriteString(event.Output)
		if event.Test == "" {
			continue
		}
		switch event.Action {
		case "pass":
			counts.Passed++
		case "skip":
			counts.Skipped++
		case "fail":
			counts.Failed = append(counts.Failed, event.Test)
		}
	}
	if strings.Contains(stderr.String()+text.String(), "[build failed]") {
		counts.Failed = append(counts.Failed, unbuilt)
	}
	if err != nil && len(counts.Failed) == 0 {
		return counts, fmt.Errorf("%s: %w: %s%s", strings.Join(cmd.Args, " "), err, &stderr, text.String())
	}
	return counts, nil
}
