package main

import (
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(&out, 5, 8, 50*time.Millisecond); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	if strings.Count(out.String(), "is replaced") != 4 || strings.Contains(out.String(), "\n0 requests answered") {
		t.Errorf("%s", &out)
	}
	if run(&out, 0, 1, 0) == nil || run(&out, 1, 0, 0) == nil {
		t.Error("no error")
	}
}

// TestCheck: a request that is lost, doubled or not noted is found.
func TestCheck(t *testing.T) {
	for name, l := range map[string]*ledger{
		"lost":      {handled: map[string]int{"/1": 1}, noted: map[string]int{"/1": 1}},
		"doubled":   {handled: map[string]int{"/1": 2, "/2": 1}, noted: map[string]int{"/1": 2, "/2": 1}},
		"not noted": {handled: map[string]int{"/1": 1, "/2": 1}, noted: map[string]int{"/1": 1}},
	} {
		if l.check(2) == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
