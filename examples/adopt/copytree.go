package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// copyTree copies the files of the module at src to dst, which it makes. What
// belongs to version control stays behind. Links that lead out of the module lead
// to the same place.
func copyTree(ctx context.Context, src, dst string) error {
	src, err := filepath.EvalSymlinks(src)
	if err != nil {
		return err
	}
	err = filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dst, rel)
		switch name := d.Name(); {
		case rel != "." && (name == ".git" || name == ".hg" || name == ".svn" || name == ".jj"):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return os.MkdirAll(to, 0o777)
		case d.Type()&fs.ModeSymlink != 0:
			return copyLink(src, path, to)
		case d.Type().IsRegular():
			return copyFile(path, to)
		}
		return nil // sockets and the like are nobody's source
	})
	if err != nil {
		return fmt.Errorf("copy of the module: %w", err)
	}
	return nil
}

func copyLink(root, path, to string) error {
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(target) {
		at := filepath.Join(filepath.Dir(path), target)
		if rel, err := filepath.Rel(root, at); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			target = at
		}
	}
	return os.Symlink(target, to)
}

// copyFile makes a file that can be written to, whatever that of the user is: the
// module cache has none.
func copyFile(path, to string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}
