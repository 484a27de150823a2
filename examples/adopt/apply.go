package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// apply writes the plan's files to the copy at dir, and there again what was taken
// out of the plan. It returns what each file holds now that differs from s.
func (p *plan) apply(s *sources, dir string, written map[string][]byte) error {
	want := map[string][]byte{}
	edits, imports := p.counterEdits(s)
	for name := range p.change {
		imports[name] = append([]importEdit{{old: "sync", path: syncPath}}, imports[name]...)
	}
	for name, imps := range imports {
		data, err := changeImports(applyEdits(s.files[name].data, edits[name]), imps)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		want[name] = data
	}
	for name, e := range edits {
		if want[name] == nil {
			want[name] = applyEdits(s.files[name].data, e)
		}
	}
	for name := range written {
		if want[name] == nil {
			if err := os.WriteFile(filepath.Join(dir, name), s.files[name].data, 0o666); err != nil {
				return err
			}
			delete(written, name)
		}
	}
	for name, data := range want {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
		written[name] = data
	}
	return nil
}
