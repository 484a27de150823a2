package sync_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestInlinesByAlias: a package that has changed an import, and imports nothing else of
// this module, has RLock and RUnlock inlined.
func TestInlinesByAlias(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("an atomic addition to 64 bits is a call here, and not inlined either")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	user := filepath.Join(dir, "user.go")
	overlay := filepath.Join(dir, "overlay.json")
	files, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, "user", "user.go"): user}})
	if err != nil {
		t.Fatal(err)
	}
	source := `package user

import "github.com/percpu-go/percpu/primitives/sync"

func Read(rw *sync.RWMutex) {
	rw.RLock()
	rw.RUnlock()
}
`
	for name, text := range map[string]string{user: source, overlay: string(files)} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(goTool, "build", "-gcflags=-m", "-overlay", overlay, "./user").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, method := range []string{"RLock", "RUnlock"} {
		if !strings.Contains(string(out), "inlining call to primitives.(*RWMutex)."+method+"\n") {
			t.Errorf("%s is not inlined\n%s", method, out)
		}
	}
}
