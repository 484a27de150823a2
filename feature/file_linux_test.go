package feature

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	for _, size := range []int{0, 1, 4095, 4096, 4097, 100_000} {
		want := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
		if err := os.WriteFile(name, want, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
		f, err := openFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, size)
		if n, err := f.ReadAt(got, 0); err != nil || n != size || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: ReadAt gave %d, %v", size, n, err)
		}
		if n, err := f.ReadAt(make([]byte, 2), int64(size-1)); size > 0 && (n != 1 || err != io.EOF) {
			t.Errorf("%d bytes: ReadAt over the end gave %d, %v", size, n, err)
		}
		f.close()
	}
	if _, err := readFile(name + "x"); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, unix.ENOENT) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := readFile(filepath.Dir(name)); !errors.Is(err, unix.EISDIR) {
		t.Errorf("a directory: %v", err)
	}
	if got, err := readFile("/proc/self/maps"); err != nil || !bytes.Contains(got, []byte("[stack]")) {
		t.Errorf("%d bytes of maps, %v", len(got), err)
	}
}

// TestNoDescriptor: with no file descriptor left every question is answered, with
// a doubt where a file would have to be read, and nothing ends the process.
func TestNoDescriptor(t *testing.T) {
	const child = "PERCPU_FEATURE_NO_DESCRIPTOR"
	if os.Getenv(child) == "" {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestNoDescriptor$")
		cmd.Env = append(os.Environ(), child+"=1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "asked") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: 3}); err != nil {
		t.Fatal(err)
	}
	r := Detect()
	if n, err := CPUBound(); err != nil || n < 1 {
		t.Errorf("CPUs bounded by %d, %v", n, err)
	}
	if r.CPUsAnswer.Verdict != "unknown" || r.NodesAnswer.Verdict != "unknown" || !strings.Contains(r.CPUsAnswer.Cause, unix.EMFILE.Error()) {
		t.Errorf("%+v", r)
	}
	os.Stdout.WriteString("asked\n")
}
