package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	module = "github.com/cockroachdb/pebble/v2@v2.1.7"
	sum    = "h1:hFQnbsniSWg9BVcNKMuaUufYPiVXY6uJvaY9grbQ9+U="
	percpu = "github.com/percpu-go/percpu"
)

// files are what is put into the copy.
//
//go:embed files/*.txt
var files embed.FS

// replacements are made once in each file: the way to the read state is an atomic
// pointer instead of a pointer under a lock, and a reader gives it back without the
// database's lock.
var replacements = map[string][][2]string{
	"db.go": {
		{"readState struct {\n\t\tsync.RWMutex\n\t\tval *readState\n\t}", "readState struct{ val atomic.Pointer[readState] }"},
		{"d.readState.val.unrefLocked()\n\n\tcurrent :=", "d.readState.val.Load().killLocked()\n\n\tcurrent :="},
	},
	"format_major_version.go": {
		{"\t\tdefer rs.unrefLocked()\n", ""},
		{"\t\tdefer d.mu.Lock()\n\t\tfound, files, err", "\t\tdefer d.mu.Lock()\n\t\tdefer rs.unref()\n\t\tfound, files, err"},
	},
}

// copyPatched copies pebble's source, with the Ref or as it is, and adds a program that
// measures it.
func copyPatched(to string, ref bool) error {
	from, err := download()
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	if err := writable(to); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(to, "measure"), 0o755); err != nil {
		return err
	}
	if err := put("measure.go.txt", filepath.Join(to, "measure", "main.go")); err != nil {
		return err
	}
	if !ref {
		return nil
	}
	for name, pairs := range replacements {
		if err := replace(filepath.Join(to, name), pairs); err != nil {
			return err
		}
	}
	if err := put("read_state.go.txt", filepath.Join(to, "read_state.go")); err != nil {
		return err
	}
	root, err := goOut(".", "list", "-m", "-f={{.Dir}}", percpu)
	if err != nil {
		return err
	}
	_, err = goOut(to, "mod", "edit", "-require="+percpu+"@v0.0.0", "-replace="+percpu+"="+root)
	return err
}

// download returns the folder of pebble in the module cache, and gets it if it is not
// there.
func download() (string, error) {
	text, err := goOut(".", "mod", "download", "-json", module)
	if err != nil {
		return "", fmt.Errorf("its source is not in the module cache and can't be had: %w", err)
	}
	var m struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return "", err
	}
	if m.Sum != sum {
		return "", fmt.Errorf("%s has sum %s, want %s", module, m.Sum, sum)
	}
	return m.Dir, nil
}

// writable makes a copy of the module cache one that can be changed and removed.
func writable(dir string) error {
	return filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode()|0o200)
	})
}

func put(name, to string) error {
	text, err := files.ReadFile("files/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

func replace(path string, pairs [][2]string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s := string(text)
	for _, p := range pairs {
		if n := strings.Count(s, p[0]); n != 1 {
			return fmt.Errorf("%s: %q is there %d times, want once", filepath.Base(path), p[0], n)
		}
		s = strings.Replace(s, p[0], p[1], 1)
	}
	return os.WriteFile(path, []byte(s), 0o644)
}
