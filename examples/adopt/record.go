package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// record is what a -w changed. It lies in git's folder of the module's repository,
// where it goes with the module and is no part of it, or else in the user's folder
// for configuration, which nobody clears as one clears caches.
type record struct {
	Module string
	Time   time.Time
	Files  []recordedFile
}

// recordedFile is a file as it was, and what it held when it was written.
type recordedFile struct {
	Name   string
	Before []byte // nil if there was none
	After  string // SHA-256
}

// recordDir is where a module's records are.
func recordDir(ctx context.Context, m *module) (string, error) {
	sum := sha256.Sum256([]byte(m.Dir))
	if m.git {
		if dir := gitOutput(ctx, m.Dir, "rev-parse", "--absolute-git-dir"); dir != "" {
			sub := gitOutput(ctx, m.Dir, "rev-parse", "--show-prefix")
			sum = sha256.Sum256([]byte(sub))
			return filepath.Join(dir, "percpu-adopt", hex.EncodeToString(sum[:8])), nil
		}
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no place for what -undo needs: %w", err)
	}
	return filepath.Join(dir, "percpu-adopt", hex.EncodeToString(sum[:8])), nil
}

// canWrite reports, before all else is done, why -w could not write.
func (a *adoption) canWrite(ctx context.Context) error {
	records, err := recordDir(ctx, a.module)
	if err != nil {
		return err
	}
	for _, dir := range []string{a.module.Dir, records} {
		if err := writable(dir); err != nil {
			return err
		}
	}
	return nil
}

// writable reports why nothing can be made in dir, or where dir would be made.
func writable(dir string) error {
	for {
		_, err := os.Stat(dir)
		if up := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && up != dir {
			dir = up
			continue
		}
		break
	}
	f, err := os.CreateTemp(dir, ".adopt-")
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return fmt.Errorf("nothing can be written to %s: %w", dir, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// write changes the user's module, and returns the record's name. First it looks
// whether all is as it was copied, then it writes the record, then the files: an
// -undo is right whenever that ends.
func (a *adoption) write(ctx context.Context) (string, error) {
	dir, err := recordDir(ctx, a.module)
	if err != nil {
		return "", err
	}
	goMod, err := a.mod.user()
	if err != nil {
		return "", err
	}
	want := map[string][]byte{"go.mod": goMod, "go.sum": a.mod.newSum}
	was := map[string][]byte{"go.mod": a.mod.oldMod, "go.sum": a.mod.oldSum}
	for name, data := range a.written {
		want[name], was[name] = data, a.sources.files[name].data
	}
	r := &record{Module: a.module.Path, Time: time.Now().UTC()}
	for _, name := range sortedKeys(want) {
		old, err := readIfThere(filepath.Join(a.module.Dir, name))
		if err != nil {
			return "", err
		}
		if !bytes.Equal(old, was[name]) {
			return "", fmt.Errorf("%s has changed meanwhile: nothing is written", name)
		}
		if bytes.Equal(old, want[name]) {
			continue // want may have no go.sum
		}
		r.Files = append(r.Files, recordedFile{Name: name, Before: old, After: hash(want[name])})
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	file, err := r.save(dir)
	if err != nil {
		return "", err
	}
	for _, f := range r.Files {
		if err := replaceFile(filepath.Join(a.module.Dir, f.Name), want[f.Name]); err != nil {
			_, uerr := r.restore(a.module.Dir)
			if uerr == nil {
				uerr = forget(file)
			}
			return "", errors.Join(fmt.Errorf("%s: %w: nothing is written", f.Name, err), uerr)
		}
	}
	return file, nil
}

// save writes the record behind those that are there.
func (r *record) save(dir string) (string, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	n := 1
	if have := records(dir); len(have) > 0 {
		if _, err := fmt.Sscanf(filepath.Base(have[len(have)-1]), "%d.json", &n); err != nil {
			return "", fmt.Errorf("%s is not one of adopt's", have[len(have)-1])
		}
		n++
	}
	file := filepath.Join(dir, fmt.Sprintf("%06d.json", n))
	return file, replaceFile(file, data)
}

func records(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	slices.Sort(found)
	return found
}

// undo takes the last -w back.
func undo(ctx context.Context, dir string, stdout io.Writer) error {
	m, err := findModuleToUndo(ctx, dir)
	if err != nil {
		return err
	}
	where, err := recordDir(ctx, m)
	if err != nil {
		return err
	}
	have := records(where)
	if len(have) == 0 {
		return fmt.Errorf("nothing to undo: no -w is recorded for %s", m.Dir)
	}
	file := have[len(have)-1]
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	r := &record{}
	if err := json.Unmarshal(data, r); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	total := len(r.Files)
	edited, err := r.restore(m.Dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s as before %s\n", plural(total-len(edited), "file"), r.Time.Local().Format("2006-01-02 15:04"))
	if len(edited) == 0 {
		return forget(file)
	}
	for _, name := range edited {
		fmt.Fprintf(stdout, "  left  %s: edited since\n", name)
	}
	return fmt.Errorf("%s can't be taken back; what they held is in %s, which you can delete", plural(len(edited), "file"), file)
}

// findModuleToUndo finds a module whatever state it is in.
func findModuleToUndo(ctx context.Context, dir string) (*module, error) {
	out, err := goOutput(ctx, dir, "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	mod := string(bytes.TrimSpace(out))
	if mod == "" || mod == os.DevNull {
		return nil, errors.New("no module: there is no go.mod here or above")
	}
	m := &module{Dir: filepath.Dir(mod)}
	m.git = gitOutput(ctx, m.Dir, "rev-parse", "--is-inside-work-tree") == "true"
	return m, nil
}

// restore gives the files back what they held, but for those that were edited.
func (r *record) restore(dir string) (edited []string, err error) {
	for _, f := range r.Files {
		name := filepath.Join(dir, f.Name)
		now, err := readIfThere(name)
		if err != nil {
			return nil, err
		}
		switch {
		case bytes.Equal(now, f.Before) && (now == nil) == (f.Before == nil):
		case now == nil || hash(now) != f.After:
			edited = append(edited, f.Name)
		case f.Before == nil:
			err = os.Remove(name)
		default:
			err = replaceFile(name, f.Before)
		}
		if err != nil {
			return nil, err
		}
	}
	return edited, nil
}

// forget removes a record, and the folders made for it.
func forget(file string) error {
	if err := os.Remove(file); err != nil {
		return err
	}
	for dir := filepath.Dir(file); filepath.Base(filepath.Dir(dir)) == "percpu-adopt" || filepath.Base(dir) == "percpu-adopt"; dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil {
			break
		}
	}
	return nil
}

// readIfThere returns nil for a file that is not there, and not nil for an empty one.
func readIfThere(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if data == nil {
		data = []byte{}
	}
	return data, err
}

// replaceFile writes a file in one step, with the permissions that it had.
func replaceFile(name string, data []byte) error {
	mode := fs.FileMode(0o666)
	real, err := filepath.EvalSymlinks(name)
	if err == nil {
		name = real
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		mode = info.Mode().Perm()
		return replaceAs(name, data, mode, true)
	}
	return replaceAs(name, data, mode, false)
}

func replaceAs(name string, data []byte, mode fs.FileMode, exact bool) error {
	tmp := name + ".adopt"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && exact {
		err = f.Chmod(mode) // whatever the umask is
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		_ = os.Remove(tmp)
	}
	return err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
