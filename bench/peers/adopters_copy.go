package peers

import (
	"embed"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// adopterFiles are what the program of real code has of its own.
//
//go:embed adopters/*.txt
var adopterFiles embed.FS

// source is a package that is copied, from a version of a module: nothing of it is
// kept here.
type source struct {
	module string // with version
	sum    string // of the module, as in go.sum
	dir    string // in the module
	files  []string
	to     string // in the program
	name   string // of the import path in the program, if others of the copies import it
}

const (
	goCache      = "github.com/patrickmn/go-cache@v2.1.0+incompatible"
	goCacheSum   = "h1:HRMgzkcYKYpi3C8ajMPV8OFXaaRUnok+kx1WdO15EQc="
	golangLRU    = "github.com/hashicorp/golang-lru/v2@v2.0.7"
	golangLRUSum = "h1:a+bsQ5rvGLjzHuww6tVxozPZFVghXaHOwFs4luLUK2k="
	bigCache     = "github.com/allegro/bigcache/v3@v3.1.0"
	bigCacheSum  = "h1:H2Vp8VOvxcrB91o86fUSVJFqeuz8kpyyB02eH3bSzwk="
	ristretto    = "github.com/dgraph-io/ristretto/v2@v2.4.2"
	ristrettoSum = "h1:x0cvjmUKxt764Yxdk2nr94we1AvPPAMh1rh5TQ+Jo80="
	fastCache    = "github.com/VictoriaMetrics/fastcache@v1.13.2"
	fastCacheSum = "h1:2XTB49aLSuCex7e9P5rqrfQcMkzGjh5Vq3GMFa8YpCA="
	clientGolang = "github.com/prometheus/client_golang@v1.25.0"
	clientSum    = "h1:cDtW1TcFsMi1RJc8khwCKB4VhzwV04aKqbYtNOXuiK0="
	natsServer   = "github.com/nats-io/nats-server/v2@v2.11.9"
	natsSum      = "h1:k7nzHZjUf51W1b08xiQih63Rdxh0yr5O4K892Mx5gQA="
)

var sources = []source{
	{goCache, goCacheSum, ".", nil, "gocache", ""},
	{golangLRU, golangLRUSum, ".", nil, "lru", ""},
	{bigCache, bigCacheSum, ".", nil, "bigcache", ""},
	{ristretto, ristrettoSum, ".", nil, "ristretto", ""},
	{fastCache, fastCacheSum, ".", nil, "fastcache", ""},
	{natsServer, natsSum, "server", []string{"sublist.go", "subject_transform.go", "errors.go"}, "nats", ""},
	{natsServer, natsSum, "server/stree", nil, "nats/stree", "github.com/nats-io/nats-server/v2/server/stree"},
	{clientGolang, clientSum, "prometheus", nil, "prometheus", "github.com/prometheus/client_golang/prometheus"},
	{clientGolang, clientSum, "prometheus/internal", nil, "prometheus/internal", "github.com/prometheus/client_golang/prometheus/internal"},
}

// adopterNeeds are what copied packages import of modules that this one does not
// require. It includes their own modules', for packages of theirs that have no lock.
var adopterNeeds = []string{golangLRU, bigCache, ristretto, clientGolang, "github.com/golang/snappy@v1.0.0"}

// writeAdopters writes the program's module into an empty folder.
func writeAdopters(dir string) error {
	root, err := goList("github.com/percpu-go/percpu")
	if err != nil {
		return err
	}
	if err := writeAdopterModule(dir, root); err != nil {
		return err
	}
	for _, side := range []string{original, exchanged} {
		imports := make(map[string]string)
		for _, s := range sources {
			if s.name != "" {
				imports[s.name] = "adopters/" + side + "/" + s.to
			}
		}
		if side == exchanged {
			imports["sync"] = syncPackage
		}
		for _, s := range sources {
			if err := s.copy(filepath.Join(dir, side, s.to), imports); err != nil {
				return fmt.Errorf("%s: %w", s.module, err)
			}
		}
		if err := writeAdopterFile("sublist.go", filepath.Join(dir, side, "nats", "needed.go")); err != nil {
			return err
		}
		if err := writeAdopterFile("calls.go", filepath.Join(dir, side, "calls", "calls.go"), "SIDE", side); err != nil {
			return err
		}
	}
	if err := writeAdopterFile("call.go", filepath.Join(dir, "call", "call.go")); err != nil {
		return err
	}
	return writeAdopterFile("main.go", filepath.Join(dir, "main.go"))
}

// syncPackage is what is imported instead of package sync.
const syncPackage = "github.com/percpu-go/percpu/primitives/sync"

func writeAdopterFile(name, to string, replace ...string) error {
	text, err := adopterFiles.ReadFile("adopters/" + name + ".txt")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o644)
}

// writeAdopterModule writes a go.mod like this module's, which requires what the copied
// packages require.
func writeAdopterModule(dir, root string) error {
	here, err := goList("github.com/percpu-go/percpu/bench/peers")
	if err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(here, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	const us = "github.com/percpu-go/percpu"
	args := []string{"mod", "edit", "-module=adopters", "-replace=" + us + "=" + root}
	for _, unused := range []string{"/bench/cref", "/primitives/prometheus"} { // their places are relative to this module's
		args = append(args, "-droprequire="+us+unused, "-dropreplace="+us+unused)
	}
	for _, need := range adopterNeeds {
		args = append(args, "-require="+need)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	return output(cmd, nil)
}

// goList returns the folder of a module that this one is or requires.
func goList(module string) (dir string, err error) {
	err = output(exec.Command("go", "list", "-m", "-f={{.Dir}}", module), &dir)
	return strings.TrimSpace(dir), err
}

func output(cmd *exec.Cmd, to *string) error {
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w: %s%s", strings.Join(cmd.Args, " "), err, out, &stderr)
	}
	if to != nil {
		*to = string(out)
	}
	return nil
}

// download returns the folder of the module in the module cache, and gets it if it is
// not there.
func (s source) download() (string, error) {
	var text string
	if err := output(exec.Command("go", "mod", "download", "-json", s.module), &text); err != nil {
		return "", fmt.Errorf("its source is not in the module cache and can't be had: %w", err)
	}
	var m struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return "", err
	}
	if m.Sum != s.sum {
		return "", fmt.Errorf("has sum %s, want %s", m.Sum, s.sum)
	}
	return m.Dir, nil
}

// copy copies the package's files and exchanges imports in them.
func (s source) copy(to string, imports map[string]string) error {
	dir, err := s.download()
	if err != nil {
		return err
	}
	from := os.DirFS(filepath.Join(dir, filepath.FromSlash(s.dir)))
	files := s.files
	if files == nil {
		if files, err = fs.Glob(from, "*.go"); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		if text, err = exchangeImports(text, imports); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// exchangeImports imports other packages instead of those that are named, by the names
// that they have in the text.
func exchangeImports(text []byte, imports map[string]string) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	done := 0
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		other, ok := imports[path]
		if !ok {
			continue
		}
		start, end := int(spec.Path.Pos())-1, int(spec.Path.End())-1 // positions count from 1
		b.Write(text[done:start])
		if spec.Name == nil {
			b.WriteString(path[strings.LastIndexByte(path, '/')+1:] + " ")
		}
		b.WriteString(strconv.Quote(other))
		done = end
	}
	b.Write(text[done:])
	return []byte(b.String()), nil
}
