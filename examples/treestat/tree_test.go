package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// wordsTxt has words across the borders of 5-byte blocks, every kind of space,
// bytes that are spaces in Unicode or Latin-1 only, and no newline at the end.
const wordsTxt = "a longword across\tblocks\v\f\r\n\n  \xa0 \u2003 x\x00y\nlast"

var wordsTxtNumbers = numbers{Files: 1, Bytes: int64(len(wordsTxt)), Lines: 3, Words: 8}

// smallTree makes a tree whose numbers are known.
func smallTree(t *testing.T) (string, result) {
	t.Helper()
	dir := t.TempDir()
	for name, contents := range map[string]string{
		"words.txt":          wordsTxt,
		"empty.txt":          "",
		"sub/line.go":        "package p\n",
		"sub/two.go":         "// a\n// b\n",
		"sub/deep/er/README": "read me",
		".hidden":            "\n",
		"dot.":               "x\n",
		"archive.tar.gz":     "1 2",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(contents), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	n := wordsTxtNumbers
	txt := numbers{2, n.Bytes, n.Lines, n.Words}
	none := numbers{3, 7 + 1 + 2, 2, 3}
	if _, err := os.Stat(filepath.Join(dir, "dot")); err == nil {
		t.Log("this system drops a dot at the end of a name") // Windows; same extension
	}
	goFiles, gz := numbers{2, 20, 3, 6}, numbers{1, 3, 0, 2}
	return dir, result{
		numbers:    txt.plus(none).plus(goFiles).plus(gz),
		Dirs:       4,
		Extensions: map[string]numbers{".txt": txt, noExtension: none, ".go": goFiles, ".gz": gz},
	}
}

func wantResult(t *testing.T, got, want result) {
	t.Helper()
	got.Skips = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("counted\n%+v\nwant\n%+v", got, want)
	}
}

// replacing opens one file with other contents.
func replacing(name, contents string) opener {
	return func(path string) (file, error) {
		f, err := openFile(path)
		if err == nil && filepath.Base(path) == name {
			return readerFile{f, strings.NewReader(contents)}, nil
		}
		return f, err
	}
}

// readerFile is a file with the contents of another reader.
type readerFile struct {
	file
	r io.Reader
}

func (f readerFile) Read(p []byte) (int, error) { return f.r.Read(p) }

// vanishing fails to open a file or directory that is there when its directory
// is listed.
func vanishing(name string) opener {
	return func(path string) (file, error) {
		if filepath.Base(path) == name {
			return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrNotExist}
		}
		return openFile(path)
	}
}

var errBroken = errors.New("medium error")

// breaking fails in the middle of a file, together with its last readable byte.
func breaking(name, contents string) opener {
	return func(path string) (file, error) {
		f, err := openFile(path)
		if err == nil && filepath.Base(path) == name {
			return readerFile{f, io.MultiReader(strings.NewReader(contents), brokenReader{})}, nil
		}
		return f, err
	}
}

// brokenReader returns data and an error at once, as a Reader may.
type brokenReader struct{}

func (brokenReader) Read(p []byte) (int, error) { return copy(p, "\n"), errBroken }

// endless is a file without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	runtime.Gosched() // nothing else would ever run where there are no threads (js)
	return copy(p, "x\n"), nil
}
