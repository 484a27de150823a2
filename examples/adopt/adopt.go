package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/tools/go/packages"
)

// adoption is one run: the user's module, a copy as it is, and one with the
// changes.
type adoption struct {
	opts   *options
	line   *progress
	module *module
	source source

	tmp           string
	built         string // where go commands build
	before, after *loader
	mod           *goMod

	sources *sources // of before
	diff    *difference
	plan    *plan
	pkgs    []*packages.Package // of after, as it compiles
	written map[string][]byte   // what after's files hold that are changed
	report  *report
}

// adopt does all but -undo. What it found until an error came is in the report,
// if that is not nil.
func adopt(ctx context.Context, opts *options, dir string, line *progress) (*report, error) {
	a := &adoption{opts: opts, line: line, written: map[string][]byte{}}
	start := time.Now()
	var err error
	if a.module, err = findModule(ctx, dir); err != nil {
		return nil, err
	}
	if opts.write {
		if changed := a.module.dirty(ctx); changed != nil {
			return nil, fmt.Errorf("the working tree has changes, and -w would mix with them: commit or stash them first\n\t%s", firstLines(changed, 6))
		}
		if err := a.canWrite(ctx); err != nil {
			return nil, fmt.Errorf("-w: %w", err)
		}
	}
	if a.source, err = findSource(opts.percpu); err != nil {
		return nil, err
	}
	var locks *contention
	if opts.profile != "" {
		if locks, err = readProfile(opts.profile, a.module.Path); err != nil {
			return nil, err
		}
	}
	defer a.removeCopies()
	if err := a.copyModule(ctx); err != nil {
		return nil, a.ofModule(err)
	}
	defer a.buildInside()()
	if err := a.decide(ctx); err != nil {
		return nil, a.ofModule(err)
	}
	a.report = a.newReport()
	if locks != nil {
		a.report.Profile = locks.explain(a)
	}
	if len(a.written) > 0 {
		if opts.test {
			if a.report.Tests, err = a.runTests(ctx); err != nil {
				return nil, a.ofModule(err)
			}
		}
		if opts.bench != "" {
			if a.report.Benchmarks, a.report.BenchNote, err = a.runBenchmarks(ctx); err != nil {
				return nil, a.ofModule(err)
			}
		}
	}
	if opts.keep {
		a.report.Kept = a.tmp
	}
	a.report.Seconds = time.Since(start).Seconds()
	if opts.write && len(a.written) > 0 && a.report.problem() == nil {
		if a.report.Record, err = a.write(ctx); err != nil {
			return nil, err
		}
	}
	return a.report, nil
}

// copyModule makes the copies, one of which gets percpu in its go.mod.
func (a *adoption) copyModule(ctx context.Context) error {
	tmp, err := os.MkdirTemp("", "adopt-")
	if err != nil {
		return err
	}
	a.tmp = tmp // even if what follows fails
	if a.tmp, err = filepath.EvalSymlinks(tmp); err != nil {
		return err
	}
	load := func(name string) *loader {
		return &loader{dir: filepath.Join(a.tmp, name), work: a.module.work, patterns: a.opts.patterns, tags: a.opts.tags}
	}
	a.before, a.after = load("before"), load("after")
	a.line.say("copying %s", a.module.Path)
	if rel, err := filepath.Rel(a.module.Dir, a.tmp); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("the folder for temporary files, %s, is in the module: set TMPDIR", os.TempDir())
	}
	if err := copyTree(ctx, a.module.Dir, a.before.dir); err != nil {
		return err
	}
	if _, err := openGoMod(a.before.dir, a.module.Dir); err != nil {
		return err
	}
	if err := copyTree(ctx, a.module.Dir, a.after.dir); err != nil {
		return err
	}
	a.mod, err = openGoMod(a.after.dir, a.module.Dir)
	return err
}

func (a *adoption) removeCopies() {
	if a.built != "" {
		_ = os.RemoveAll(a.built)
	}
	if a.tmp != "" && !a.opts.keep {
		_ = os.RemoveAll(a.tmp)
	}
}

// buildInside has all go commands build in a folder that goes with the copies, until
// the function that it returns is called: one that is interrupted leaves behind what it
// has built so far. A folder that the user has for this is used, with one inside: there
// may be no other that programs may be started in.
func (a *adoption) buildInside() (restore func()) {
	restore = func() {}
	dir, err := os.MkdirTemp(cmp.Or(a.module.goTmp, a.tmp), "adopt-go-")
	if err != nil {
		return restore // go says the same, and better
	}
	a.built = dir
	if was, had := os.LookupEnv(goTmp); had {
		restore = func() { _ = os.Setenv(goTmp, was) }
	} else {
		restore = func() { _ = os.Unsetenv(goTmp) }
	}
	_ = os.Setenv(goTmp, dir)
	return restore
}

// ofModule returns err with the copies' files named as those of the module that they
// are copies of, since the copies are gone when it is read.
func (a *adoption) ofModule(err error) error {
	text := err.Error()
	for _, l := range []*loader{a.before, a.after} {
		if l != nil {
			text = relativeText(text, l.dir)
		}
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// decide makes the plan, and takes out of it what doesn't compile.
func (a *adoption) decide(ctx context.Context) error {
	a.line.say("loading %s with its tests", a.module.Path)
	pkgs, err := a.before.loadGood(ctx)
	if err != nil {
		return err
	}
	if a.sources, err = newSources(a.before, pkgs); err != nil {
		return err
	}
	a.after.chosen, a.after.bad = a.before.chosen, a.before.bad
	a.line.say("adding %s, %s, to the copy's go.mod", percpuPath, a.source)
	if err := a.mod.require(ctx, a.source, a.before.good(pkgs)); err != nil {
		return err
	}
	if a.diff, err = findDifference(ctx, a.after); err != nil {
		return err
	}
	a.plan = newPlan(a.sources, a.before, a.diff, a.opts.all)
	a.plan.findCounters(a.sources, a.before, a.opts.api)
	if err := a.plan.leaveCopied(a.sources, a.diff); err != nil {
		return err
	}
	for _, c := range a.plan.counters {
		c.wanted = a.opts.counters
	}
	return a.compile(ctx)
}

// compile builds the copy, with less and less changed until that works.
func (a *adoption) compile(ctx context.Context) error {
	for round := 1; ; round++ {
		if err := a.plan.apply(a.sources, a.after.dir, a.written); err != nil {
			return err
		}
		a.line.say("compiling with %s changed (round %d)", plural(len(a.written), "file"), round)
		pkgs, err := a.after.load(ctx)
		if err != nil {
			return err
		}
		typeErrors, others := compileErrors(a.after, pkgs)
		if len(typeErrors) == 0 {
			if len(others) > 0 {
				return errors.New("the copy does not compile:\n\t" + firstLines(others, 6))
			}
			a.pkgs = pkgs
			break
		}
		after, err := newSources(a.after, pkgs)
		if err != nil {
			return err
		}
		r := &refuser{plan: a.plan, after: after}
		if !r.refuse(typeErrors) {
			return fmt.Errorf("the copy does not compile with percpu in its go.mod, though nothing else is changed:\n\t%s", r.reason(typeErrors[0]))
		}
	}
	args := append([]string{"build", "-o", os.DevNull}, a.after.buildFlags()...)
	if _, err := goOutput(ctx, filepath.Join(a.after.dir, a.after.work), append(args, a.opts.patterns...)...); err != nil {
		return fmt.Errorf("the copy does not build: %w", err)
	}
	return nil
}
