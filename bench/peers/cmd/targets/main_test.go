package main

import (
	"slices"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	for names, want := range map[string]string{
		"counter":                        "counter",
		"countermap":                     "countermap",
		"rwmutex,memory":                 "rwmutex,memory",
		"none":                           "none",
		"map-string":                     "map-string-4,map-string-warm,map-string-mixed,map-string-cold,map-string-wide",
		"countermap-string,map-any-load": "countermap-string,map-any-load-10,map-any-load-1k,map-any-load-100k,map-any-load-1m",
	} {
		if got := strings.Join(expand(strings.Split(names, ",")), ","); got != want {
			t.Errorf("expand(%s) = %s, want %s", names, got, want)
		}
	}
	for _, name := range expand([]string{"targets"}) {
		if !slices.Contains(groupNames(), name) {
			t.Errorf("targets has %q, which is no group", name)
		}
	}
}

func TestFindSettings(t *testing.T) {
	if all, err := findSettings("all"); err != nil || len(all) != len(settings) {
		t.Errorf("all: %v, %v", all, err)
	}
	if some, err := findSettings("libc,own"); err != nil || len(some) != 2 || some[0].name != "libc" {
		t.Errorf("libc,own: %v, %v", some, err)
	}
	if _, err := findSettings("own,none"); err == nil {
		t.Error("none is a setting")
	}
}
