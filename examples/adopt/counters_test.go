package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCounters(t *testing.T) {
	dir := unpack(t, "counters")
	out, errs, status := start(t, dir, "-counters", "-json")
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	refused := map[string]string{}
	for _, c := range r.Counters {
		refused[c.Name] = c.Refused
	}
	for name, why := range map[string]string{
		"stats.Good.Requests":   "",
		"stats.Good.bytes":      "",
		"stats.Good.errors":     "",
		"stats.Good.drops":      "",
		"stats.Good.x":          "",
		"stats.total":           "",
		"counters.Stats.misses": "",

		"counters.Stats.Hits":  "is exported",
		"stats.Bad.method":     "method value Add",
		"stats.Bad.address":    "its address is taken",
		"stats.Bad.iface":      "its address is taken",
		"stats.Bad.value":      "its address is taken",
		"stats.Bad.swap":       "uses Swap",
		"stats.Bad.store":      "uses Store",
		"stats.Bad.cas":        "uses CompareAndSwap",
		"stats.Bad.limit":      "something is decided by its Load",
		"stats.Bad.limitByVar": "something is decided by its Load",
		"stats.Bad.loop":       "something is decided by its Load",
		"stats.Bad.a":          "is declared together with stats.Bad.b",
		"stats.Bad.b":          "uses Store",
		"stats.Bad.windows":    "its name is also in internal/stats/bad_windows.go",
		"stats.Bad.generated":  "is used in a generated file",
		"stats.Reflected.n":    "reflect.ValueOf may look into it",
		"stats.encodedInner.N": "json.Encode may look into it",
		"stats.Printed.n":      "fmt.Printf may look into it",
		"stats.Kept.n":         "becomes an any",
		"stats.Listed.n":       "becomes an any",
		"stats.Unsafe.n":       "unsafe",
		"stats.Measured.n":     "unsafe",
		"stats.Copied.n":       "copies lock value",
		"stats.Compared.n":     "is compared",
		"stats.Aliased.n":      "is not written as atomic.Int64",
	} {
		got, ok := refused[name]
		switch {
		case !ok:
			t.Errorf("%s: not listed", name)
		case why == "" && got != "":
			t.Errorf("%s: refused: %s", name, got)
		case why != "" && !strings.Contains(got, why):
			t.Errorf("%s: refused for %q, want %q", name, got, why)
		}
		delete(refused, name)
	}
	for name, why := range refused {
		if why == "" {
			t.Errorf("%s: accepted, and not expected", name)
		}
	}
	for _, test := range r.Tests {
		if test.Package == "example.org/counters/internal/stats" && test.After == "ok" {
			return
		}
	}
	t.Errorf("tests after the change: %+v", r.Tests)
}
