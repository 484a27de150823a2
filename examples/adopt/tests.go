package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// testResult is what became of a package's tests.
type testResult struct {
	Package       string
	Before, After string // ok, FAIL or "no tests"
	SecondsBefore float64
	SecondsAfter  float64
	Failed        []string // tests that failed after and not before
	Verdict       string   // what that means, where it means something
	Broken        bool     // by the change
	Output        string   `json:",omitempty"` // of what is broken
}

// packageRun is one package in one run of go test.
type packageRun struct {
	result  string
	seconds float64
	failed  map[string]bool
	output  map[string]*strings.Builder // by test, "" for the package
}

// of returns the last lines that a test, or else the package, wrote.
func (p *packageRun) of(tests []string, lines int) string {
	var out []string
	for _, name := range append(slices.Clone(tests), "") {
		if b := p.output[name]; b != nil && (name != "" || len(out) == 0) {
			out = append(out, tail(b.String(), lines))
		}
	}
	return strings.Join(out, "\n")
}

// why says what a package fails for: its tests, or else the first thing that it wrote.
func (p *packageRun) why() string {
	var names []string
	for _, name := range sortedKeys(p.failed) {
		if !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	why := strings.Join(names, ", ")
	if b := p.output[""]; why == "" && b != nil {
		why, _, _ = strings.Cut(strings.TrimSpace(b.String()), "\n")
	}
	return shorten(why, 80)
}

// runTests tests the packages that the changes reach, before and after.
func (a *adoption) runTests(ctx context.Context) ([]testResult, error) {
	paths := a.reached()
	before, err := a.goTest(ctx, a.before.dir, "before", paths)
	if err != nil {
		return nil, err
	}
	after, err := a.goTest(ctx, a.after.dir, "after", paths)
	if err != nil {
		return nil, err
	}
	var out []testResult
	for _, path := range paths {
		b, c := before[path], after[path]
		if b == nil || c == nil {
			return nil, fmt.Errorf("go test said nothing about %s", path)
		}
		r := testResult{Package: path, Before: b.result, After: c.result, SecondsBefore: b.seconds, SecondsAfter: c.seconds}
		for _, name := range sortedKeys(c.failed) {
			if !b.failed[name] {
				r.Failed = append(r.Failed, name)
			}
		}
		switch {
		case c.result != "FAIL":
			if b.result == "FAIL" {
				r.Verdict = "failed only before"
			}
		case b.result == "FAIL" && len(r.Failed) == 0:
			r.Verdict = "fails as it is, too: " + c.why()
		default:
			if err := a.explain(ctx, path, &r, c); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// explain finds out whether it is the change that a package fails for: it might
// fail now and then, or for the newer language version in go.mod.
func (a *adoption) explain(ctx context.Context, path string, r *testResult, c *packageRun) error {
	again, err := a.goTest(ctx, a.after.dir, "after, again", []string{path})
	if err != nil {
		return err
	}
	fails := func(runs map[string]*packageRun) bool {
		p := runs[path]
		if p == nil {
			return true
		}
		return p.result == "FAIL" && (len(p.failed) == 0 || len(r.Failed) == 0 ||
			slices.ContainsFunc(r.Failed, func(name string) bool { return p.failed[name] }))
	}
	if !fails(again) {
		r.Verdict = "failed once of twice"
		return nil
	}
	as, err := a.goTestWithMod(ctx, path)
	if err != nil {
		return err
	}
	if fails(as) {
		return a.blameMod(ctx, path, r, c)
	}
	r.Verdict, r.Broken = "FAILS AFTER THE CHANGE", true
	r.Output = c.of(r.Failed, 12)
	return nil
}

// blameMod is for a package that fails with the changed go.mod alone. Where that
// names a newer language version go vet, which go test starts, looks for more; then
// the tests haven't run yet.
func (a *adoption) blameMod(ctx context.Context, path string, r *testResult, c *packageRun) error {
	if goLine(a.mod.before) == a.goLineAfter() {
		r.Verdict = "fails as it is, too, now and then"
		return nil
	}
	r.Broken, r.Output = true, c.of(r.Failed, 12)
	r.Verdict = "FAILS WITH go " + a.goLineAfter() + " IN go.mod, whatever else is changed"
	if len(c.failed) > 0 {
		return nil
	}
	plain, err := a.goTest(ctx, a.after.dir, "after, without vet", []string{path}, "-vet=off")
	if err != nil {
		return err
	}
	if p := plain[path]; p != nil && p.result == "ok" {
		r.Verdict += ": go vet finds more; the tests pass with -- -vet=off"
	}
	return nil
}

func (a *adoption) goLineAfter() string {
	f, err := readGoMod(a.after.dir)
	if err != nil {
		return ""
	}
	return goLine(f)
}

// goTestWithMod tests a package as it is, but with the changed go.mod.
func (a *adoption) goTestWithMod(ctx context.Context, path string) (map[string]*packageRun, error) {
	for _, name := range []string{"go.mod", "go.sum"} {
		to := filepath.Join(a.before.dir, name)
		old, err := os.ReadFile(to)
		if err == nil {
			defer os.WriteFile(to, old, 0o666) //nolint:errcheck // it is a copy
		} else {
			defer os.Remove(to)
		}
		data, err := os.ReadFile(filepath.Join(a.after.dir, name))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(to, data, 0o666); err != nil {
			return nil, err
		}
	}
	return a.goTest(ctx, a.before.dir, "before, with the changed go.mod", []string{path})
}

// goTest runs go test in a copy, and returns what became of each package.
func (a *adoption) goTest(ctx context.Context, dir, what string, paths []string, more ...string) (map[string]*packageRun, error) {
	args := append([]string{"test", "-json"}, a.after.buildFlags()...)
	args = append(append(append(args, a.opts.testArgs...), more...), paths...)
	cmd := command(ctx, dir, "go", args...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	a.line.say("tests %s: %s", what, plural(len(paths), "package"))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	runs := map[string]*packageRun{}
	done := 0
	scan := bufio.NewScanner(stdout)
	scan.Buffer(nil, 16<<20)
	for scan.Scan() {
		var e struct {
			Action, Package, Test, Output string
			Elapsed                       float64
		}
		if json.Unmarshal(scan.Bytes(), &e) != nil || e.Package == "" {
			continue
		}
		r := runs[e.Package]
		if r == nil {
			r = &packageRun{failed: map[string]bool{}, output: map[string]*strings.Builder{}}
			runs[e.Package] = r
		}
		switch {
		case e.Action == "output":
			if r.output[e.Test] == nil {
				r.output[e.Test] = &strings.Builder{}
			}
			r.output[e.Test].WriteString(e.Output)
			if e.Test == "" && strings.Contains(e.Output, "[no test files]") {
				r.result = "no tests"
			}
		case e.Test != "" && e.Action == "fail":
			r.failed[e.Test] = true
		case e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip"):
			if e.Action == "fail" {
				r.result = "FAIL"
			} else if r.result == "" {
				r.result = "ok"
			}
			r.seconds = e.Elapsed
			done++
			a.line.say("tests %s: %d of %s, %s", what, done, plural(len(paths), "package"), e.Package)
		}
	}
	_, _ = bytes.NewBuffer(nil).ReadFrom(stdout)
	err = cmd.Wait() // which is 1 if a test failed
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(runs) == 0 && err != nil {
		return nil, fmt.Errorf("go test (%s): %s", what, tail(strings.TrimSpace(stderr.String()), 8))
	}
	return runs, nil
}

// reached returns the packages that use a changed file, directly or not.
func (a *adoption) reached() []string {
	changed := map[string]bool{} // IDs
	byID := map[string]int{}
	for i, p := range a.pkgs {
		byID[p.ID] = i
		for _, f := range p.Syntax {
			name, ok := a.afterName(p.Fset.PositionFor(f.FileStart, false).Filename)
			if ok && a.written[name] != nil {
				changed[p.ID] = true
			}
		}
	}
	memo := map[string]bool{}
	var reaches func(id string) bool
	reaches = func(id string) bool {
		if r, ok := memo[id]; ok {
			return r
		}
		memo[id] = changed[id]
		i, ok := byID[id]
		if !ok || changed[id] {
			return changed[id]
		}
		for _, imp := range a.pkgs[i].Imports {
			if reaches(imp.ID) {
				memo[id] = true
			}
		}
		return memo[id]
	}
	var out []string
	for _, p := range a.pkgs {
		path := p.PkgPath
		if p.ForTest != "" {
			path = p.ForTest
		}
		if reaches(p.ID) && a.after.isChosen(p) && !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func (a *adoption) afterName(abs string) (string, bool) {
	name, err := filepath.Rel(a.after.dir, abs)
	return filepath.ToSlash(name), err == nil && filepath.IsLocal(name)
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func seconds(s float64) string {
	if s < 10 {
		return fmt.Sprintf("%.1f s", s)
	}
	return time.Duration(s * float64(time.Second)).Round(time.Second).String()
}
