package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestQuick makes a report, of this machine.
func TestQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 seconds or more: skipped by -short")
	}
	dir := filepath.Join(t.TempDir(), "new")
	if err := run(options{quick: true}, dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "report.md", "report.json"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), "VictoriaMetrics") {
			t.Errorf("%s doesn't tell of all peers", name)
		}
	}
}

// TestFrom makes a page of a report that was made before.
func TestFrom(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "sent.json")
	if err := writeFile(from, fixture().writeJSON); err != nil {
		t.Fatal(err)
	}
	if err := run(options{from: from}, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "out", "report.md"))
	if _, want := write(t, fixture()); err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	for _, text := range []string{"", "{}", "[]"} {
		if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(options{from: from}, dir); err == nil {
			t.Errorf("%q was taken for a report", text)
		}
	}
}

func TestFollowers(t *testing.T) {
	f := new(followers)
	f.loop(0, 1000)
	if got := f.share(); got != 0 {
		t.Errorf("alone: share %v of additions followed another thread's, want 0", got)
	}
	for range 1000 { // in turns
		f.loop(1, 1)
		f.loop(0, 1)
	}
	if got, want := f.share(), 2000.0/3000; got != want {
		t.Errorf("in turns: share %v, want %v", got, want)
	}
}

// TestHandOver: two threads that hand a word over come to an end, and one whose
// partner is gone does, too.
func TestHandOver(t *testing.T) {
	loop := handOverLoop(new(padded[atomic.Int64]))
	done := make(chan bool)
	for thread := range 2 {
		go func() {
			loop(thread, 100)
			done <- true
		}()
	}
	<-done
	<-done
	loop(1, 10)
}

func TestPercentile(t *testing.T) {
	xs := []float64{3, 1, 2, 5, 4, 6, 7, 8, 10, 9}
	for share, want := range map[float64]float64{0: 1, 0.5: 6, 0.9: 10, 1: 10} {
		if got := percentile(xs, share); got != want {
			t.Errorf("percentile(%v) = %v, want %v", share, got, want)
		}
	}
}

func TestPlansHaveAllSets(t *testing.T) {
	for _, quick := range []bool{false, true} {
		for name := range titles {
			if (options{quick: quick}).plan().rounds[name] == 0 {
				t.Errorf("quick=%v: no rounds for %s", quick, name)
			}
		}
	}
}
