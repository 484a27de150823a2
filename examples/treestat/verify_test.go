package main

import (
	"maps"
	"testing"
)

// TestCompareSeesEveryNumber changes each number alone.
func TestCompareSeesEveryNumber(t *testing.T) {
	newResult := func() result {
		return result{Extensions: map[string]numbers{".a": {1, 2, 3, 4}, ".b": {}}}
	}
	inExt := func(change func(*numbers)) func(*result) {
		return func(r *result) {
			n := r.Extensions[".a"]
			change(&n)
			r.Extensions[".a"] = n
		}
	}
	for what, change := range map[string]func(*result){
		"files":    func(r *result) { r.Files++ },
		"bytes":    func(r *result) { r.Bytes++ },
		"lines":    func(r *result) { r.Lines++ },
		"words":    func(r *result) { r.Words++ },
		"dirs":     func(r *result) { r.Dirs++ },
		"other":    func(r *result) { r.Other++ },
		"skipped":  func(r *result) { r.Skipped++ },
		".a files": inExt(func(n *numbers) { n.Files++ }),
		".a bytes": inExt(func(n *numbers) { n.Bytes++ }),
		".a lines": inExt(func(n *numbers) { n.Lines++ }),
		".a words": inExt(func(n *numbers) { n.Words++ }),
	} {
		a, b := newResult(), newResult()
		if v := compare(a, b); v.Numbers != 7+2*4 || len(v.Differences) != 0 {
			t.Fatalf("equal results: %+v", v)
		}
		change(&b)
		for _, v := range []*verification{compare(a, b), compare(b, a)} {
			if len(v.Differences) != 1 || len(v.Differences[0]) <= len(what) || v.Differences[0][:len(what)+1] != what+":" {
				t.Errorf("%s changed: %q", what, v.Differences)
			}
		}
	}
}

func TestCompareSeesMissingExtensions(t *testing.T) {
	a := result{Extensions: map[string]numbers{".a": {Files: 1}}}
	b := result{Extensions: maps.Clone(a.Extensions)}
	delete(b.Extensions, ".a")
	for _, v := range []*verification{compare(a, b), compare(b, a)} {
		if v.Numbers != 7+4 || len(v.Differences) != 1 {
			t.Errorf("%+v", v)
		}
	}
}
