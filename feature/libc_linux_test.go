package feature

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// loaded reports whether the name of a mapped file contains part.
func loaded(t *testing.T, part string) bool {
	t.Helper()
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	return strings.Contains(string(b), part)
}

func TestLibcRseqHere(t *testing.T) {
	l, err := LibcRseq()
	t.Logf("%v, %v", l, err)
	if !linksLibc && !loaded(t, "/ld-") || loaded(t, "/ld-musl") {
		if !errors.Is(err, ErrNoLibcArea) || !errors.Is(err, ErrNotSupported) {
			t.Errorf("without glibc: %+v, %v; want ErrNoLibcArea", l, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("with glibc, 2.35 or later: %v", err)
	}
	if l.Size != 0 && l.Size != 20 && l.Size < 32 && l.Size != 24 && l.Size != 28 {
		t.Errorf("__rseq_size %d is no size of an rseq area", l.Size)
	}
	// glibc registers unless told not to.
	if told := strings.Contains(os.Getenv("GLIBC_TUNABLES"), "glibc.pthread.rseq"); l.Size == 0 && !told && RseqSyscall() == nil {
		t.Error("__rseq_size is 0 although rseq may be called")
	}
	if l.Offset == 0 || l.Offset%4 != 0 || l.Flags != 0 {
		t.Errorf("implausible %+v", l)
	}
	if again, err := LibcRseq(); err != nil || again != l {
		t.Errorf("then %+v, %v", again, err)
	}
}

// TestLibcRseqTunable runs this binary again with libc told not to register.
func TestLibcRseqTunable(t *testing.T) {
	const child = "PERCPU_FEATURE_LIBC_CHILD"
	if os.Getenv(child) != "" {
		l, err := LibcRseq()
		if err != nil {
			t.Fatal(err)
		}
		out, _ := json.Marshal(l)
		os.Stdout.WriteString("\nchild: " + string(out) + "\n")
		return
	}
	here, err := LibcRseq()
	if errors.Is(err, ErrNoLibcArea) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for tunables, want := range map[string]bool{"": here.Size != 0, "glibc.pthread.rseq=0": false} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestLibcRseqTunable$")
		cmd.Env = append(os.Environ(), child+"=1", "GLIBC_TUNABLES="+tunables)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		_, text, _ := strings.Cut(string(out), "\nchild: ")
		text, _, _ = strings.Cut(text, "\n")
		var l Libc
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		t.Logf("GLIBC_TUNABLES=%q: %v", tunables, l)
		if (l.Size != 0) != want {
			t.Errorf("GLIBC_TUNABLES=%q: size %d, want it set: %v", tunables, l.Size, want)
		}
		if got := l.UsableSize(absentAuxv); (got != 0) != want {
			t.Errorf("GLIBC_TUNABLES=%q: %d usable bytes", tunables, got)
		}
	}
}

// TestReplacedLibcIsInconclusive: a file put in the place of the one loaded must
// not be believed, and a deleted one cannot be asked.
func TestReplacedLibcIsInconclusive(t *testing.T) {
	l, err := LibcRseq()
	if err != nil {
		t.Skip(err)
	}
	if l.Static {
		t.Skip("static: the executable is opened through /proc")
	}
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	ms, err := parseMaps(b)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(l.Object)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "ld-other.so")
	o := object{path: l.Object, file: other}

	write := func() {
		if err := os.WriteFile(other, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write()
	if got, err := o.rseq(ms); err != nil || got != l {
		t.Errorf("the same bytes elsewhere: %+v, %v", got, err)
	}
	file[8]++ // padding of the ELF identification, which no loader reads
	write()
	if _, err := o.rseq(ms); !errors.Is(err, errReplaced) {
		t.Errorf("another file: %v, want %v", err, errReplaced)
	}
	o.path += " (deleted)"
	if _, err := o.rseq(ms); !errors.Is(err, errDeleted) {
		t.Errorf("a deleted file: %v, want %v", err, errDeleted)
	}
}
