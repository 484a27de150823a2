package readme

import (
	"archive/zip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// cloneHere does what README says, with this repository in the place of the one on the
// net, and returns where this one begins. What is not committed is not in the clone.
func cloneHere(t *testing.T, dir string) (top string) {
	t.Helper()
	out, err := exec.Command("git", "-C", root, "rev-parse", "--show-toplevel").Output()
	if err != nil {
		t.Skip("not in a git repository")
	}
	top = strings.TrimSpace(string(out))
	for command, how := range commands {
		if how == asClone {
			args := strings.Fields(strings.TrimSuffix(command, " && cd percpu"))
			url := args[len(args)-1]
			args = append([]string{args[0], "-c", "url." + top + ".insteadOf=" + url}, args[1:]...)
			run(t, dir, nil, args...)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return top
}

// newModule makes a module of a user.
func newModule(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/user\n\ngo 1.24\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newProxy makes a module proxy that has one version of this module, and returns its
// address, with those of what else is needed: the module cache and the usual proxies.
func newProxy(t *testing.T, from, dir string) string {
	t.Helper()
	const path, version = "github.com/percpu-go/percpu", "v0.0.1"
	at := filepath.Join(dir, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(from, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": `{"Version":"` + version + `","Time":"2026-01-01T00:00:00Z"}`,
		version + ".mod":  string(mod),
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	if err := addModule(z, from, path+"@"+version+"/"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fileURL(dir) + "," + fileURL(filepath.Join(env[0], "cache", "download")) + "," + env[1]
}

func fileURL(dir string) string {
	dir = filepath.ToSlash(dir)
	if runtime.GOOS == "windows" {
		dir = "/" + dir
	}
	return "file://" + dir
}

// addModule adds a module's files, without those of modules within it.
func addModule(z *zip.Writer, from, prefix string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if path != from && (err == nil || d.Name() == ".git") {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		w, err := z.Create(prefix + filepath.ToSlash(rel))
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	})
}
