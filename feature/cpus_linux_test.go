package feature

import (
	"errors"
	"io/fs"
	"runtime"
	"testing"
	"testing/fstest"
)

// sysfs is /sys/devices/system with the files named.
func sysfs(files ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func TestNodesIn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sysfs fs.FS
		want  string // "" for inconclusive
	}{
		{"one node", sysfs("node/has_cpu", "0\n", "node/online", "0\n"), "0"},
		{"memory-only node", sysfs("node/has_cpu", "0-1\n", "node/online", "0-2\n", "node/possible", "0-7\n"), "0-1"},
		{"no has_cpu", sysfs("node/online", "0,2\n", "cpu/possible", "0\n"), "0,2"},
		{"damaged has_cpu", sysfs("node/has_cpu", "?\n", "node/online", "0\n"), "0"},
		{"empty has_cpu", sysfs("node/has_cpu", "\n", "node/online", "0\n"), "0"},
		{"no CONFIG_NUMA", sysfs("cpu/possible", "0-3\n"), "0"},
		{"nothing readable", sysfs("node/possible", "0-1\n", "cpu/possible", "0\n"), ""},
		{"no sysfs", sysfs(), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := nodesIn(tt.sysfs)
			if l.String() != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("nodes %v, %v; want %q", l, err, tt.want)
			}
			if err != nil && conclusive(err) {
				t.Errorf("%v is conclusive", err)
			}
		})
	}
}

func TestPossibleIn(t *testing.T) {
	l, err := possibleIn(sysfs("cpu/possible", "0-7,16-23\n"))
	if err != nil || l.Count() != 16 || l.Max() != 23 {
		t.Errorf("possible %v, %v", l, err)
	}
	for name, system := range map[string]fs.FS{
		"missing": sysfs(), "empty": sysfs("cpu/possible", "\n"), "damaged": sysfs("cpu/possible", "0-\n"),
	} {
		if l, err := possibleIn(system); err == nil || errors.Is(err, ErrNotSupported) {
			t.Errorf("%s: %v, %v; want an inconclusive error", name, l, err)
		}
	}
}

// TestMaskLength: the kernel's masks have room for every possible CPU, and a
// buffer that is too small for them is made larger.
func TestMaskLength(t *testing.T) {
	for _, words := range []int{1, 64, 8192} {
		if n, err := maskLength(words); err != nil || n < runtime.NumCPU() || n > 2*maxCPU || n%8 != 0 {
			t.Errorf("beginning with %d words: %d bits, %v", words, n, err)
		}
	}
	bound, err := CPUBound()
	if err != nil || bound < runtime.NumCPU() {
		t.Errorf("CPUs bounded by %d, %v", bound, err)
	}
	if n, _ := maskLength(64); n < bound {
		t.Errorf("masks of %d bits, but %d possible CPUs", n, bound)
	}
	if l, err := PossibleCPUs(); err == nil && bound != l.Max()+1 {
		t.Errorf("CPUs bounded by %d, possible are %v", bound, l)
	}
}

func TestCPUsHere(t *testing.T) {
	cpus, err := PossibleCPUs()
	if err != nil {
		t.Skip(err)
	}
	t.Logf("possible %v, NumCPU %d", cpus, runtime.NumCPU())
	if cpus.Count() < runtime.NumCPU() {
		t.Errorf("%d possible CPUs, but affinity to %d", cpus.Count(), runtime.NumCPU())
	}
	cpus[0].First = -1 // callers get a copy
	if again, _ := PossibleCPUs(); again[0].First == -1 {
		t.Error("a caller can change the remembered list")
	}
	nodes, err := NUMANodes()
	if err != nil || nodes.Count() < 1 {
		t.Errorf("nodes %v, %v", nodes, err)
	}
}
