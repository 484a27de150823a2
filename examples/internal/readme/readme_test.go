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
	dir := inThisModule(t)
	const program = "\n\nvar rw sync.RWMutex\n\nfunc main() {\n\tvar once sync.Once\n\tonce.Do(rw.RLock)\n\trw.RUnlock()\n\trw.Lock()\n}\n"
	for _, imports := range []string{m[1], m[2], m[1]} {
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\n"+imports+program), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, nil, "go", "run", "main.go")
	}
}

// inThisModule returns a folder in this module that ./... passes over.
func inThisModule(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(root, "_readme-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// TestCode: README's code compiles, and does what it looks like.
func TestCode(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	m := regexp.MustCompile("(?s)\n```go\n(.*?)```\n").FindAllStringSubmatch(read(t, "README.md"), -1)
	if len(m) != 1 {
		t.Fatalf("README has %d pieces of code, and this test one program to put them in", len(m))
	}
	const head = `package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/sync"
)

`
	const tail = `
func main() {
	for _, name := range []string{"Ada", "Bob"} {
		greet(os.Stdout, name)
	}
	lock.Lock()
	fmt.Println(requests.Load(), buffers.Len())
}
`
	dir := inThisModule(t)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(head+m[0][1]+tail), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "main.go")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if lines := strings.SplitAfter(string(out), "\n"); err != nil || len(lines) != 4 || strings.Join(lines[:2], "") != "Hello, Ada!\nHello, Bob!\n" ||
		!strings.HasPrefix(lines[2], "2 ") || lines[2] == "2 0\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestFigures: README's figures are those of the page of measurements.
func TestFigures(t *testing.T) {
	tables := make(map[string]map[string]string) // by heading: medians by row and threads
	heading := ""
	for line := range strings.Lines(read(t, "bench/MEASUREMENTS.md")) {
		if h, ok := strings.CutPrefix(line, "## "); ok {
			heading = strings.TrimSpace(h)
			tables[heading] = make(map[string]string)
		}
		if cells := strings.Split(line, "|"); heading != "" && len(cells) > 5 {
			tables[heading][strings.TrimSpace(cells[1])+" "+strings.TrimSpace(cells[2])] = strings.TrimSpace(cells[4])
		}
	}
	rows := regexp.MustCompile(`(?m)^\| (.*) → .* \| ([0-9.]+) → ([0-9.]+) \| ([0-9.]+) → ([0-9.]+) \|$`).FindAllStringSubmatch(read(t, "README.md"), -1)
	if len(rows) == 0 {
		t.Fatal("README has no figures")
	}
	for _, row := range rows {
		of, ok := map[string][2]string{
			"`atomic.Int64.Add`":                      {"Counter.Add, table", "atomic.Int64"},
			"`RLock` and `RUnlock` of `sync.RWMutex`": {"RWMutex.RLock and RUnlock, table", "sync.RWMutex"},
			"`sync.Map.Load`, 1,000 keys":             {"Map.Load, 1,000 keys, table", "sync.Map"},
			"`Get` and `Put` of `sync.Pool`":          {"FreeList.Get and Put, table", "sync.Pool"},
		}[row[1]]
		if !ok {
			t.Errorf("README has figures of %s, which this test can't find elsewhere", row[1])
			continue
		}
		medians := tables[of[0]]
		for i, key := range []string{of[1] + " 1", "percpu rseq 1", of[1] + " 2", "percpu rseq 2"} {
			if got := row[2+i]; got != medians[key] {
				t.Errorf("README says %s where the measurements have %q for %q of %s", got, medians[key], key, of[0])
			}
		}
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
