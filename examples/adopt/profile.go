package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// contention is what a profile says about locks, maps, pools and atomics: where in
// the module they were called, and what that cost.
type contention struct {
	module string
	unit   string // of what is counted: delay or cpu
	total  int64  // of all samples, contended or not
	sites  map[site]int64
	other  map[string]int64 // by package: outside of the module
}

// site is a call of a method of package sync or sync/atomic.
type site struct {
	pkg, file string // file without its folder
	line      int
	method    string
}

// readProfile reads a mutex, block or CPU profile.
func readProfile(name, module string) (*contention, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("-profile: %w", err)
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("-profile %s: %w: it is no file that go test's -mutexprofile, -blockprofile or -cpuprofile wrote, or that net/http/pprof sent", name, err)
	}
	index := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == "delay" || t.Type == "cpu" })
	if index < 0 {
		var types []string
		for _, t := range p.SampleType {
			types = append(types, t.Type)
		}
		return nil, fmt.Errorf("-profile %s: holds %s, and is no mutex, block or CPU profile", name, strings.Join(types, ", "))
	}
	c := &contention{module: module, unit: p.SampleType[index].Type, sites: map[site]int64{}, other: map[string]int64{}}
	for _, s := range p.Sample {
		c.total += s.Value[index]
		c.sample(frames(s), s.Value[index])
	}
	return c, nil
}

// frame is a function call in a stack.
type frame struct {
	pkg, name, file string
	line            int
}

// frames returns the stack of a sample, the innermost call first.
func frames(s *profile.Sample) []frame {
	var out []frame
	for _, loc := range s.Location {
		for _, l := range loc.Line {
			if l.Function == nil {
				continue
			}
			pkg, name := splitName(l.Function.Name)
			file := l.Function.Filename
			out = append(out, frame{pkg, name, file[strings.LastIndexAny(file, `/\`)+1:], int(l.Line)})
		}
	}
	return out
}

// splitName splits a function's name as the linker knows it.
func splitName(full string) (pkg, name string) {
	plain, _, _ := strings.Cut(full, "[") // of type arguments, which have slashes
	slash := strings.LastIndexByte(plain, '/') + 1
	dot := strings.IndexByte(plain[slash:], '.')
	if dot < 0 {
		return full, ""
	}
	name = full[slash+dot+1:]
	return strings.ReplaceAll(full[:slash+dot], "%2e", "."), name[strings.LastIndexByte(name, '.')+1:]
}

func isSync(pkg string) bool {
	switch pkg {
	case "sync", "sync/atomic", "internal/sync", "internal/runtime/atomic", "runtime/internal/atomic":
		return true
	}
	return false
}

func (c *contention) sample(stack []frame, value int64) {
	last := -1 // the outermost frame of sync's, with only the runtime's inside of it
	for i, f := range stack {
		switch {
		case isSync(f.pkg):
			last = i
			continue
		case f.pkg == "runtime" || strings.HasPrefix(f.pkg, "internal/runtime/") || strings.HasPrefix(f.pkg, "runtime/"):
			continue
		}
		if last < 0 {
			return
		}
		if f.pkg != c.module && !strings.HasPrefix(f.pkg, c.module+"/") && f.pkg != "main" {
			c.other[f.pkg] += value
			return
		}
		c.sites[site{f.pkg, f.file, f.line, stack[last].name}] += value
		return
	}
}

// amount is a value in the profile's unit, which is nanoseconds.
func amount(v int64) string {
	d := time.Duration(v)
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(10 * time.Millisecond)
	case d >= time.Millisecond:
		d = d.Round(10 * time.Microsecond)
	}
	return d.String()
}
