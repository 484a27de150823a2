package peers

import (
	"slices"
	"strings"
	"testing"
)

// TestTargetsHaveRows: a target whose row nobody has would be left out without a word.
func TestTargetsHaveRows(t *testing.T) {
	h, err := OpenHost("")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(RowSets(), MoreRowSets()) {
		if strings.HasSuffix(name, "-1m") || strings.HasSuffix(name, "-cold") || strings.HasSuffix(name, "-100k") {
			continue // made as the smaller ones are
		}
		rows, err := OpenRows(h, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range rows.Targets {
			for _, r := range []row{target.a, target.b} {
				switch {
				case r.name == CAdd || r.name == CAddCalled: // not of this module
				case r.name == PercpuRseq && h.rseq == nil:
				case rows.Role(r.name) == "":
					t.Errorf("%s: %s: no row %q", name, target.what, r.name)
				}
			}
		}
	}
}

func TestTargetSets(t *testing.T) {
	known := slices.Concat(RowSets(), MoreRowSets(), []string{"pauses", "lockwaits", "firstuse", "onesize", "manycpus", "adopters"})
	for _, name := range TargetSets() {
		if !slices.Contains(known, name) {
			t.Errorf("no rows %q", name)
		}
	}
}
