package main

import (
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestJudgeBenchmark(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noisy := func(center float64) []float64 {
		out := make([]float64, 10)
		for i := range out {
			out[i] = center * (1 + 0.1*r.Float64())
		}
		return out
	}
	for _, test := range []struct {
		name          string
		before, after []float64
		want          string
	}{
		{"the same twice", noisy(1e-8), noisy(1e-8), "no difference"},
		{"half", noisy(1e-8), noisy(0.5e-8), "faster"},
		{"a third more", noisy(1e-8), noisy(1.3e-8), "slower"},
		{"too small to notice", []float64{100, 101, 102, 103, 104, 105}, []float64{101.1, 101.2, 102.1, 103.1, 104.1, 105.1}, "no difference"},
		{"noise", []float64{10, 30, 10, 30, 11, 29}, []float64{31, 28, 12, 32, 27, 9}, "too noisy to say"},
		{"once", []float64{1}, []float64{2}, "too few rounds to say"},
	} {
		if got := judgeBenchmark(test.before, test.after); got.Verdict != test.want {
			t.Errorf("%s: %q, want %q: %+v", test.name, got.Verdict, test.want, got)
		}
	}
}

func TestParseTimings(t *testing.T) {
	got, err := parseTimings([]byte("goos: linux\nBenchmarkGet/size=10-2 \t 1000 \t 12.5 ns/op\t 0 B/op\nBenchmarkPut\t 1 \t 3 ns/op\nlog line\nPASS\n"))
	if err != nil || len(got) != 2 || got[0].name != "Get/size=10" || got[1].name != "Put" {
		t.Fatal(got, err)
	}
	if got[0].seconds < 12.4e-9 || got[0].seconds > 12.6e-9 {
		t.Error(got[0])
	}
}

// TestBenchAndProfile runs a benchmark before and after, with a mutex profile of
// the module's own test.
func TestBenchAndProfile(t *testing.T) {
	dir := unpack(t, "tiny")
	profile := filepath.Join(t.TempDir(), "mutex.out")
	cmd := exec.Command("go", "test", "-run", "Contention", "-mutexprofile", profile, "-mutexprofilefraction", "1", "-cpu", "4",
		"-o", filepath.Join(filepath.Dir(profile), "tiny.test"), ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := []string{"-test=false", "-bench", "Get", "-rounds", "2", "-benchtime", "100x", "-profile", profile, "-counters", "-json"}
	out, errs, status := start(t, dir, args...)
	if status != exitOK {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Benchmarks) == 0 || r.Benchmarks[0].Name != "Get" || r.Benchmarks[0].CPUs != 1 || r.Benchmarks[0].Before <= 0 {
		t.Errorf("benchmarks: %+v", r.Benchmarks)
	}
	if r.Profile == nil || r.Profile.Kind != "delay" || len(r.Profile.Fields) == 0 {
		t.Fatalf("profile: %+v", r.Profile)
	}
	f := r.Profile.Fields[0]
	if f.Name != "tiny.Cache.mu" || f.Type != "sync.RWMutex" || f.Adopt != "changes with the import in tiny.go" || !strings.HasPrefix(f.Sites[0], "tiny.go:") {
		t.Errorf("profile: %+v", f)
	}
}
