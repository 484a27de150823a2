package main

import "testing"

func TestCleanPattern(t *testing.T) {
	for p, want := range map[string]string{
		".": ".", "./": ".", "./...": "./...", "./sub/": "./sub", ".//sub/x": "./sub/x", "../sub/": "../sub",
		"all": "all", "example.com/m/sub/": "example.com/m/sub", "example.com/m/...": "example.com/m/...",
	} {
		if got := cleanPattern(p); got != want {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
}

func TestRelativeText(t *testing.T) {
	for s, want := range map[string]string{
		"open /tmp/x/after/a.go: no":   "open a.go: no",
		"chdir /tmp/x/after: no":       "chdir .: no",
		"exec /tmp/x/after-0.test: no": "exec /tmp/x/after-0.test: no",
		"/tmp/x/after":                 ".",
	} {
		if got := relativeText(s, "/tmp/x/after"); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
