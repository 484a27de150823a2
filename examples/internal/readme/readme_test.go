package readme

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

// How a command is run.
const (
	inClone  = "in a clone of the repository"
	inModule = "in a user's module"
	asClone  = "as the clone"
	askUsage = "with -h: it would take minutes"
	inCI     = "by a leg of .ci/run: it would run this test"
	released = "not yet: a nested module has a version only when it is released; its own tests run it"
)

// commands are those of README.
var commands = map[string]string{
	"go get github.com/percpu-go/percpu":                             inModule,
	"go run github.com/percpu-go/percpu/examples/info@latest":        inModule,
	"git clone https://github.com/percpu-go/percpu && cd percpu":     asClone,
	"go run github.com/percpu-go/percpu/examples/adopt@latest ./...": released,
	"go run ./examples/treestat":                                     inClone,
	"go run ./examples/hotkeys -top 5 README.md":                     inClone,
	"go run ./examples/freelist":                                     inClone,
	"go run ./examples/gate":                                         inClone,
	"go run ./examples/mapped":                                       inClone,
	"go test ./...":                                                  inCI,
	"go run -C bench/report .":                                       askUsage,
	"go run -C bench/report . -adopters":                             askUsage,
	"go run -C bench/peers ./cmd/targets -rows counter":              askUsage,
}

// code is what README shows as code that begins like a command, in a block or not.
var code = regexp.MustCompile("(?m)(?:^\\$ |`)((?:go|git|bash) [^`\n#]*[^`\n# ])")

// TestCommandsAreKnown: each command of README is in the table, and the other way round.
func TestCommandsAreKnown(t *testing.T) {
	seen := make(map[string]bool)
	for _, m := range code.FindAllStringSubmatch(read(t, "README.md"), -1) {
		command := strings.TrimSpace(m[1])
		if seen[command] = true; commands[command] == "" && command != "go get" {
			t.Errorf("README shows %q, which nobody runs", command)
		}
	}
	for command, how := range commands {
		if !seen[command] {
			t.Errorf("README does not show %q", command)
		}
		if how == inCI && !strings.Contains(read(t, ".ci/run"), "leg \"README: "+command+"\"\n"+command+"\n") {
			t.Errorf(".ci/run has no leg for %q", command)
		}
	}
}

// TestLinks: what README refers to is there.
func TestLinks(t *testing.T) {
	for _, page := range []string{"README.md", "SECURITY.md", "CONTRIBUTING.md", "bench/README.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^)]*)\)|(?:src|srcset)="([^"]*)"`).FindAllStringSubmatch(read(t, page), -1) {
			if target := m[1] + m[2]; !strings.Contains(target, "://") {
				if _, err := os.Stat(filepath.Join(root, filepath.Dir(page), target)); err != nil {
					t.Errorf("%s: %v", page, err)
				}
			}
		}
	}
}

// TestCommands runs README's commands.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("clones the repository and builds what is there anew")
	}
	dir := t.TempDir()
	clone, module := filepath.Join(dir, "percpu"), filepath.Join(dir, "module")
	top := cloneHere(t, dir)
	newModule(t, module)
	proxy := "GOPROXY=" + newProxy(t, clone, filepath.Join(dir, "proxy"))
	for command, how := range commands {
		args := strings.Fields(command)
		switch how {
		case inClone:
			run(t, clone, nil, args...)
		case inModule:
			run(t, module, []string{proxy, "GOFLAGS=-mod=mod", "GONOSUMDB=github.com/percpu-go/*", "GOWORK=off"}, args...)
		case askUsage:
			run(t, top, nil, append(args, "-h")...)
		}
	}
	if text := read(t, filepath.Join(module, "go.mod")); !strings.Contains(text, "github.com/percpu-go/percpu v") {
		t.Errorf("go get has written\n%s", text)
	}
}

// TestSwitch: a file that imports package sync compiles and runs with README's other
// import, and does again with the old one.
func TestSwitch(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program twice")
	}
	m := regexp.MustCompile("(?m)^-(import .*)\n\\+(import .*)$").FindStringSubmatch(read(t, "README.md"))
	if m == nil {
		t.Fatal("README shows no change of an import")
	}
	dir, err := os.MkdirTemp(root, "_switch-") // in this module, and passed over by ./...
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	const program = "\n\nvar rw sync.RWMutex\n\nfunc main() {\n\tvar once sync.Once\n\tonce.Do(rw.RLock)\n\trw.RUnlock()\n\trw.Lock()\n}\n"
	for _, imports := range []string{m[1], m[2], m[1]} {
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\n"+imports+program), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, nil, "go", "run", "main.go")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	if !filepath.IsAbs(name) {
		name = filepath.Join(root, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}

func run(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
