package primitives_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestInlining pins the shape of the hot methods: they inline, so that a call
// of one is a call of the assembly leaf.
func TestInlining(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	out, err := exec.Command(goTool, "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, method := range []string{`\(\*FreeList\[int\]\)\.Get`, `\(\*FreeList\[int\]\)\.Put`, `\(\*Counter\)\.Add`, `\(\*Counter\)\.Inc`, `\(\*Counter\)\.Dec`, `\(\*Counter\)\.Sub`, `\(\*FloatCounter\)\.Add`, `\(\*RWMutex\)\.RLock`, `\(\*RWMutex\)\.RUnlock`, `\(\*Ref\)\.TryGet`, `\(\*Ref\)\.Put`, `\(\*Gate\)\.Enter`, `\(\*Gate\)\.Leave`, `\(\*Sections\)\.Enter`, `\(\*Sections\)\.Leave`,
		`\(\*Quota\)\.TryTake`, `\(\*Quota\)\.Put`, `\(\*Limiter\)\.Allow`, `\(\*IDs\)\.Next`, `\(\*Sharded\[int\]\)\.Here`, `\(\*Histogram\)\.Observe`} {
		if strconv.IntSize == 32 && (strings.Contains(method, "Sections") || strings.Contains(method, "RWMutex")) {
			continue // a token is two words there, and one too many for the inliner; and an addition to 64 bits is a call
		}
		if !regexp.MustCompile(`(?m)can inline ` + method + `$`).Match(out) {
			t.Errorf("%s does not inline", method)
		}
	}
}
