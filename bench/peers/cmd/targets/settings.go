package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/percpu-go/percpu/bench/peers"
)

// setting is a way to build and run this program that makes a difference to what
// is measured.
type setting struct {
	name string
	env  []string
	args []string
}

// settings are the kinds of process and index on rseq, and the atomic backend as it
// is where there is no rseq.
var settings = []setting{
	{"own", []string{"CGO_ENABLED=0"}, nil},
	{"own-cpu_id", []string{"CGO_ENABLED=0", "PERCPU_INDEX=cpu_id"}, nil},
	{"libc", []string{"CGO_ENABLED=1"}, nil},
	{"libc-cpu_id", []string{"CGO_ENABLED=1", "PERCPU_INDEX=cpu_id"}, nil},
	{"atomic", []string{"CGO_ENABLED=0", "PERCPU_BACKEND=atomic"}, []string{"-backend=atomic"}},
}

func settingNames() (names []string) {
	for _, s := range settings {
		names = append(names, s.name)
	}
	return names
}

// findSettings returns the settings of these names; "all" is every one.
func findSettings(names string) (found []setting, err error) {
	if names == "all" {
		return settings, nil
	}
next:
	for _, name := range strings.Split(names, ",") {
		for _, s := range settings {
			if s.name == name {
				found = append(found, s)
				continue next
			}
		}
		return nil, fmt.Errorf("no setting %q: want all, or some of %s", name, strings.Join(settingNames(), ","))
	}
	return found, nil
}

// runSettings builds and runs this program in each setting, with as many layouts;
// 0 is the one that the linker chooses.
func runSettings(names string, layouts int, args []string) (reports []*peers.Report, err error) {
	found, err := findSettings(names)
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		fmt.Fprintf(os.Stderr, "setting %s\n", s.name)
		r, err := runLayouts(layouts, s, args)
		if err != nil {
			return nil, fmt.Errorf("setting %s: %w", s.name, err)
		}
		r.Setting = s.name
		reports = append(reports, r)
	}
	return reports, nil
}
