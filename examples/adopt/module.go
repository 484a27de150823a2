package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	percpuPath     = "github.com/percpu-go/percpu"
	syncPath       = percpuPath + "/primitives/sync"
	primitivesPath = percpuPath + "/primitives"
)

// module is the user's.
type module struct {
	Path, Dir string
	goVersion string // of the go command
	work      string // from Dir to where adopt was started
	git       bool
	goTmp     string // where go commands build, if the user says that
}

// goTmp is the variable for module.goTmp.
const goTmp = "GOTMPDIR"

// findModule finds the module that dir is in, and refuses those that can't be
// changed by themselves.
func findModule(ctx context.Context, dir string) (*module, error) {
	out, err := goOutput(ctx, dir, "env", "-json", "GOMOD", "GOWORK", "GOFLAGS", "GOVERSION", "GO111MODULE", goTmp)
	if err != nil {
		return nil, err
	}
	var env struct{ GOMOD, GOWORK, GOFLAGS, GOVERSION, GO111MODULE, GOTMPDIR string }
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	switch {
	case env.GOMOD == "" || env.GOMOD == os.DevNull:
		return nil, fmt.Errorf("no module: there is no go.mod in %s or above it", abs)
	case env.GOWORK != "" && env.GOWORK != "off":
		return nil, fmt.Errorf("the module is in a workspace, %s: start adopt with GOWORK=off, which the module has to build with", env.GOWORK)
	case strings.Contains(env.GOFLAGS, "-modfile"):
		return nil, errors.New("GOFLAGS names another go.mod (-modfile): adopt changes the one in the module's folder")
	}
	m := &module{Dir: filepath.Dir(env.GOMOD), goVersion: env.GOVERSION, goTmp: env.GOTMPDIR}
	if _, err := os.Stat(filepath.Join(m.Dir, "vendor", "modules.txt")); err == nil && !strings.Contains(env.GOFLAGS, "-mod=mod") {
		return nil, errors.New("the module is vendored: start adopt with GOFLAGS=-mod=mod, and run go mod vendor after a -w")
	}
	if out, err = goOutput(ctx, m.Dir, "list", "-m"); err != nil {
		return nil, err
	}
	m.Path = strings.TrimSpace(string(out))
	if m.Path == percpuPath || strings.HasPrefix(m.Path, percpuPath+"/") {
		return nil, fmt.Errorf("this is %s itself", m.Path)
	}
	if m.work, err = relative(m.Dir, abs); err != nil {
		return nil, err
	}
	m.git = gitOutput(ctx, m.Dir, "rev-parse", "--is-inside-work-tree") == "true"
	return m, nil
}

// relative is filepath.Rel for folders that may be reached by links.
func relative(base, target string) (string, error) {
	for _, p := range []*string{&base, &target} {
		real, err := filepath.EvalSymlinks(*p)
		if err != nil {
			return "", err
		}
		*p = real
	}
	return filepath.Rel(base, target)
}

// dirty returns what is changed in the module's working tree, one line a file.
func (m *module) dirty(ctx context.Context) []string {
	if !m.git {
		return nil
	}
	out := gitOutput(ctx, m.Dir, "status", "--porcelain", "--untracked-files=no", "--", ".")
	if out == "" {
		return nil
	}
	return strings.Split(out, "\n")
}

// gitOutput is what git says, or nothing if it is not there or has an error.
func gitOutput(ctx context.Context, dir string, args ...string) string {
	out, err := command(ctx, dir, "git", args...).Output()
	if err != nil {
		return ""
	}
	return strings.Trim(string(out), "\n")
}
