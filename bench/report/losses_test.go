package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// TestLosses: a loss stands in the list, in its row and in red, by whichever
// measure it is one; a win doesn't.
func TestLosses(t *testing.T) {
	m := fixture()
	html, _ := write(t, m)
	s := m.losses()
	if len(s.Table) != 2 || s.Table[1][0] != "Counter.Load, "+peers.PercpuRseq || s.Table[1][1] != peers.AtomicInt64 || s.Marks[1] != loss {
		t.Errorf("losses: %v %v", s.Table, s.Marks)
	}
	if !strings.Contains(html, "SLOWER than atomic.Int64") || !strings.Contains(html, "fill:var(--loss)") {
		t.Error("the loss is not marked in its table and chart")
	}
	load := m.Sets[1].Result
	load.Rows[0], load.Rows[1] = load.Rows[1], load.Rows[0]
	load.Rows[0].Name, load.Rows[1].Name = load.Rows[1].Name, load.Rows[0].Name
	if s := m.losses(); len(s.Table) != 1 || len(s.Text) != 1 || !strings.HasPrefix(s.Text[0], "Nowhere") {
		t.Errorf("losses: %v %v", s.Table, s.Text)
	}
	if html, _ := write(t, m); strings.Contains(html, "SLOWER") || strings.Contains(html, "fill:var(--loss)") {
		t.Error("a win is marked as a loss")
	}
}

func TestSlower(t *testing.T) {
	for _, test := range []struct {
		median, minima float64
		want           bool
	}{
		{1, 1, false}, {1.004, 1.004, false}, {1.01, 0.9, true}, {0.9, 1.01, true}, {0.5, 0.5, false},
	} {
		if got := slower(bench.Ratio{Median: test.median, Minima: test.minima}); got != test.want {
			t.Errorf("slower(%v, %v) = %v", test.median, test.minima, got)
		}
	}
}

// TestMissed: a missed target is red, in whichever process it was missed.
func TestMissed(t *testing.T) {
	m := fixture()
	s := m.targets()
	missed := 0
	for i, row := range s.Table {
		if is := slices.Contains(row, peers.Missed); is != (s.Marks[i] == loss) {
			t.Errorf("%v is marked %q", row, s.Marks[i])
		} else if is {
			missed++
		}
	}
	if missed == 0 {
		t.Error("no target missed with a ratio of 2 where 1.5 is the bound")
	}
}

// TestAdopters: a loss with one thread makes the row red, whatever is won with two,
// and so do tests that fail only after the change.
func TestAdopters(t *testing.T) {
	for _, test := range []struct {
		one, two float64
		failed   []string
		want     mark
	}{{5, 10, nil, win}, {7, 10, nil, loss}, {5, 60, nil, loss}, {5, 10, []string{"TestX"}, loss}} {
		m := fixture()
		m.Adopters = []adopter{adopterFixture(test.one, test.two, test.failed)}
		s := m.adopters()
		if len(s.Table) != 2 || s.Marks[1] != test.want {
			t.Errorf("%+v: %v %v", test, s.Table, s.Marks)
		}
		m.Adopters[0].Result = nil
		if s := m.adopters(); s.Marks[1] == win {
			t.Errorf("not measured, and %v", s.Marks)
		}
	}
}
