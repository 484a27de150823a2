package debug_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/debug"
)

// TestStates: what is not well is said in words, and only then.
func TestStates(t *testing.T) {
	const (
		noBackend  = "The backend that was asked for can't be had."
		notBad     = `<p class="big">none</p>`
		noThread   = "Such a thread works on overflow slots"
		noFence    = "Such a fence is made by other means"
		noMemory   = "Each of these is one word for all CPUs"
		onOverflow = `<p class="more">25.0 % on overflow slots, 50.0 % in no slot</p>`
		card       = "<h2>Memory</h2>"
	)
	all := []string{noBackend, notBad, noThread, noFence, noMemory, onOverflow, card}
	stats := func(change func(s *primitives.Stats)) primitives.Stats {
		s := primitives.Stats{Backend: "rseq", Slots: 2, AreaOwner: "own"}
		change(&s)
		return s
	}
	for name, test := range map[string]struct {
		stats primitives.Stats
		slots map[int]int64
		want  []string
	}{
		"well":       {stats(func(*primitives.Stats) {}), map[int]int64{0: 1, 1: 3}, []string{notBad, card}},
		"no backend": {primitives.Stats{Rejected: []string{"rseq: no"}}, nil, []string{noBackend}},
		"threads": {stats(func(s *primitives.Stats) { s.Failures = map[string]uint64{"EINVAL": 1} }),
			map[int]int64{0: 1, 2: 1, primitives.Elsewhere: -2}, []string{noThread, onOverflow, card}},
		"fences": {stats(func(s *primitives.Stats) { s.FenceFailures = map[string]uint64{"EPERM": 7} }), nil, []string{noFence, card}},
		"few":    {stats(func(*primitives.Stats) {}), map[int]int64{0: 1e6, 2: 1}, []string{notBad, card, `<p class="more">less than 0.1 % on overflow slots</p>`}},
		"memory": {stats(func(s *primitives.Stats) { s.Memory = backend.MemoryStats{Refused: 3} }), nil, []string{noMemory, notBad, card}},
	} {
		html, err := debug.HTML(test.stats, test.slots)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range append(test.want, all...) {
			want := slices.Contains(test.want, text)
			if strings.Contains(html, text) != want {
				t.Errorf("%s: %q is on the page: %v, want %v", name, text, !want, want)
			}
		}
	}
}

// stackless is a list that could not get memory for stacks, or not yet.
type stackless struct{}

func (stackless) Stats() primitives.FreeListStats {
	return primitives.FreeListStats{Backend: "none", Objects: 3, Depot: 4} // one was put between both
}

// TestFreeList: the page's rows are what the list says, also of one that is not in use.
func TestFreeList(t *testing.T) {
	l := new(primitives.FreeList[[64]byte])
	p := new(debug.Page)
	p.FreeList("list", l)
	if _, html := get(t, p, "/"); !strings.Contains(html, "not used yet") {
		t.Error(html)
	}
	p.FreeList("list", stackless{})
	if _, html := get(t, p, "/"); !strings.Contains(html, "without stacks so far") || strings.Contains(html, "−") {
		t.Error(html)
	}
	p.FreeList("list", l)
	kept := l.Get()
	l.Put(l.Get())
	_, text := get(t, p, "/?json")
	var r struct {
		Values []struct {
			Value  int
			Note   string
			Series []struct {
				Labels []string
				Value  int
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	s, rows := l.Stats(), map[string]int{}
	for _, row := range r.Values[0].Series {
		rows[row.Labels[0]] = row.Value
	}
	if r.Values[0].Value != s.Objects || rows["in use"] != 1 || rows["on CPUs' stacks"]+rows["in the depot"] != s.Objects-1 || rows["slabs made"] != 1 {
		t.Errorf("%+v of %+v", r.Values[0], s)
	}
	l.Put(kept)
}
