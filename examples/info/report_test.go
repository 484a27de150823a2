package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

// TestStableKeys: whatever happens, the JSON has the same keys.
func TestStableKeys(t *testing.T) {
	var want []string
	for _, r := range []*report{
		examine(backend.Selection{}, &backend.SelectionError{Want: "x"}),
		examine(mustSelect(t, "atomic")),
		examine(primitives.Default()),
	} {
		var b bytes.Buffer
		if err := r.write(&b, true); err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(b.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		got := slices.Sorted(maps.Keys(all))
		if want == nil {
			want = got
		}
		if len(got) < 8 || !slices.Equal(got, want) {
			t.Errorf("keys %v, want %v", got, want)
		}
		if all["rejections"] == nil || all["threads"] == nil || all["not_promised"] == nil {
			t.Errorf("a list is null in %s", b.Bytes())
		}
	}
}

func mustSelect(t *testing.T, name string) (backend.Selection, error) {
	s, err := selectBackend(name)
	if err != nil {
		t.Fatal(err)
	}
	return s, nil
}

func TestRejectionsKeepTheirCauses(t *testing.T) {
	_, err := backend.Select("b",
		backend.Candidate{Name: "a"},
		backend.Candidate{Name: "b", Open: func() (backend.Backend, error) {
			return nil, errors.Join(errors.New("out of memory"), errors.New("twice"))
		}},
		backend.Candidate{Name: "c"},
	)
	r := examine(backend.Selection{}, err)
	refused := `not asked for, b was`
	want := []rejection{{"a", refused, true}, {"b", "out of memory\ntwice", false}, {"c", refused, true}}
	if !slices.Equal(r.Rejections, want) {
		t.Errorf("%+v, want %+v", r.Rejections, want)
	}
}
