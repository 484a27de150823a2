package rseqbackend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
)

// build is a way to build testdata/coexist. Each is done once, in a folder that
// goes with the tests.
type build struct {
	name  string // as in the compatibility table
	env   []string
	args  []string
	tools []string // beside go
	host  bool     // a library for testdata/host

	once sync.Once
	argv []string // how to start it
	err  error
}

const (
	static  = "-linkmode=external -extldflags=-static"
	cgoTLS  = ", rseqbackend/cgotls linked"
	withTLS = "cgotls"
	noNSS   = "osusergo,netgo" // what can't be linked statically
)

var (
	goStatic = &build{name: "pure Go, static", env: []string{"CGO_ENABLED=0"}}
	goPIE    = &build{name: "pure Go, -buildmode=pie", env: []string{"CGO_ENABLED=0"}, args: []string{"-buildmode=pie"}}

	cgo         = &build{name: "cgo, dynamic glibc", env: cgoEnv("gcc"), tools: gcc}
	cgoInternal = &build{name: "cgo of the standard library, -linkmode=internal", env: cgoEnv("gcc"), args: []string{"-tags=plain", "-ldflags=-linkmode=internal"}, tools: gcc}
	cgoExternal = &build{name: "cgo of the standard library, -linkmode=external", env: cgoEnv("gcc"), args: []string{"-tags=plain", "-ldflags=-linkmode=external"}, tools: gcc}
	cgoTLSed    = &build{name: cgo.name + cgoTLS, env: cgoEnv("gcc"), args: []string{"-tags=" + withTLS}, tools: gcc}
	race        = &build{name: "-race", env: cgoEnv("gcc"), args: []string{"-race"}, tools: gcc}

	cgoStatic   = &build{name: "cgo, static glibc", env: cgoEnv("gcc"), args: []string{"-tags=" + noNSS, "-ldflags=" + static}, tools: gcc}
	cgoStripped = &build{name: "cgo, static glibc, stripped", env: cgoEnv("gcc"), args: []string{"-tags=" + noNSS, "-ldflags=-s " + static}, tools: gcc}
	strippedTLS = &build{name: cgoStripped.name + cgoTLS, env: cgoEnv("gcc"), args: []string{"-tags=" + noNSS + "," + withTLS, "-ldflags=-s " + static}, tools: gcc}

	cshared    = &build{name: "-buildmode=c-shared, loaded by dlopen", env: cgoEnv("gcc"), args: []string{"-buildmode=c-shared"}, tools: gcc, host: true}
	csharedTLS = &build{name: cshared.name + cgoTLS, env: cgoEnv("gcc"), args: []string{"-buildmode=c-shared", "-tags=" + withTLS}, tools: gcc, host: true}

	muslDynamic   = &build{name: "cgo, musl", env: cgoEnv("musl-gcc"), tools: muslGCC}
	muslTLS       = &build{name: muslDynamic.name + cgoTLS, env: cgoEnv("musl-gcc"), args: []string{"-tags=" + withTLS}, tools: muslGCC}
	muslStatic    = &build{name: "cgo, static musl", env: cgoEnv("musl-gcc"), args: []string{"-ldflags=" + static}, tools: muslGCC}
	muslStaticTLS = &build{name: muslStatic.name + cgoTLS, env: cgoEnv("musl-gcc"), args: []string{"-tags=" + withTLS, "-ldflags=" + static}, tools: muslGCC}

	gcc     = []string{"gcc"}
	muslGCC = []string{"musl-gcc"}
)

func cgoEnv(cc string) []string { return []string{"CGO_ENABLED=1", "CC=" + cc} }

// command returns what starts the program, having built it if need be.
func (b *build) command(t *testing.T) []string {
	t.Helper()
	for _, tool := range append([]string{"go"}, b.tools...) {
		needTool(t, tool)
	}
	b.once.Do(func() { b.argv, b.err = b.make() })
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b.argv
}

// needTool ends a test for which a program is missing.
func needTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv(backendtest.RequireEnv) == Name {
		t.Fatalf("%s=%s, but there is no %s to test with", backendtest.RequireEnv, Name, name)
	}
	t.Skipf("no %s", name)
}

var buildDir struct {
	once sync.Once
	path string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir.path != "" {
		os.RemoveAll(buildDir.path)
	}
	os.Exit(code)
}

func (b *build) make() ([]string, error) {
	buildDir.once.Do(func() { buildDir.path, buildDir.err = os.MkdirTemp("", "percpu-coexist-") })
	if buildDir.err != nil {
		return nil, buildDir.err
	}
	dir, err := os.MkdirTemp(buildDir.path, "")
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "coexist")
	args := append([]string{"build", "-buildvcs=false", "-o", out}, b.args...)
	if err := runTool(b.env, "go", append(args, "./testdata/coexist")...); err != nil || !b.host {
		return []string{out}, err
	}
	host := filepath.Join(dir, "host")
	return []string{host, out}, runTool(nil, "gcc", "-O1", "-o", host, "testdata/host/host.c", "-ldl", "-lpthread")
}

func runTool(env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = append(clean(os.Environ()), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return &buildError{strings.Join(append(env, cmd.Args...), " "), err, out}
	}
	return nil
}

type buildError struct {
	command string
	err     error
	output  []byte
}

func (e *buildError) Error() string {
	return e.command + ": " + e.err.Error() + "\n" + string(e.output)
}

// clean leaves out of an environment what would change what a row is about.
func clean(env []string) (kept []string) {
	for _, v := range env {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "CGO_ENABLED", "CC", "GOOS", "GOARCH", "GODEBUG", "GOMAXPROCS", "GLIBC_TUNABLES", "PERCPU_BACKEND", IndexEnv:
		default:
			kept = append(kept, v)
		}
	}
	return kept
}
