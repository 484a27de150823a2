package main

import (
	"errors"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// rootDirs returns the directories to walk, after a look at each of them, so
// that a mistyped one is found before minutes of work.
func rootDirs(args []string) ([]string, error) {
	if len(args) == 0 {
		src, err := goSource()
		if err != nil {
			return nil, fmt.Errorf("no DIR given, and no Go source found: %w", err)
		}
		args = []string{src}
	}
	var errs []error
	for _, dir := range args {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			err = &os.PathError{Op: "walk", Path: dir, Err: syscall.ENOTDIR}
		}
		errs = append(errs, err)
	}
	return args, errors.Join(errs...)
}

// goSource returns the src directory of the Go installation. The go command
// knows best; go/build says what it was compiled with, which is nothing after
// -trimpath.
func goSource() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	root := strings.TrimSpace(string(out))
	if err != nil || root == "" {
		root = build.Default.GOROOT
	}
	if root == "" {
		return "", errors.Join(errors.New("GOROOT is not known"), err)
	}
	src := filepath.Join(root, "src")
	_, err = os.Stat(src)
	return src, err
}
