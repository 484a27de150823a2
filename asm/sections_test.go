package asm_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/asm"
)

// TestSectionsDisassembled reads every section back through the toolchain's
// disassembler and checks what the bytes at post_commit alone don't show: no
// call and no return inside, the store to rseq_cs as the first store, the
// commit as the only other one, and all jumps leading out of the section.
func TestSectionsDisassembled(t *testing.T) {
	if !asm.Supported {
		t.Skip("this build has no critical sections")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to disassemble with")
	}
	// The running test binary has no symbol table: go test strips it.
	binary := filepath.Join(t.TempDir(), "asm.test")
	build := []string{"test", "-c", "-o", binary}
	if asm.Injecting {
		build = append(build, "-tags=percpuinject")
	}
	if out, err := exec.Command(goTool, append(build, ".")...).CombinedOutput(); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	for _, s := range asm.Sections() {
		out, err := exec.Command(goTool, "tool", "objdump", "-s", `percpu/asm\.`+s.Name+`(\.abi0)?$`, binary).CombinedOutput()
		if err != nil {
			t.Fatalf("objdump: %v\n%s", err, out)
		}
		code := parseSection(t, string(out), s.Descriptor)
		if len(code) == 0 {
			t.Errorf("%s: no instructions disassembled between start_ip and post_commit", s.Name)
			continue
		}
		checkSection(t, s.Name, code)
	}
}

// instruction is one line of objdump.
type instruction struct {
	offset uint64 // from start_ip
	op     string
	args   string
}

var objdumpLine = regexp.MustCompile(`(?m)^\s*\w+_linux_\w+\.s:\d+\s+0x([0-9a-f]+)\s+[0-9a-f]+\s+(\S+)[ \t]*(.*?)\s*$`)

// parseSection returns the section's instructions. Position-independent
// executables run at other addresses than objdump prints, so the function's
// first instruction stands for start_ip.
func parseSection(t *testing.T, dump string, d *asm.Descriptor) (code []instruction) {
	t.Helper()
	var start uint64
	for i, m := range objdumpLine.FindAllStringSubmatch(dump, -1) {
		pc, err := strconv.ParseUint(m[1], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			start = pc
		}
		if pc-start < d.PostCommitOffset {
			code = append(code, instruction{pc - start, m[2], m[3]})
		}
	}
	return code
}

// moreStores are the sections with one more store, to what nobody else reads
// before the commit, or in Spin's case to what its caller reads. In a loop it
// counts once. See spec.go and stack_spec.go.
var moreStores = map[string]bool{"Spin": true, "Push": true, "PushBatch": true, "PopBatch": true}

var memoryDestination = regexp.MustCompile(`, \S*\(\S+\)$`)

func checkSection(t *testing.T, name string, code []instruction) {
	t.Helper()
	var stores []instruction
	for _, in := range code {
		switch {
		case in.op == "CALL" || in.op == "BL" || in.op == "RET" || in.op == "?":
			t.Errorf("%s+%#x: %s %s inside the section", name, in.offset, in.op, in.args)
		case strings.HasPrefix(in.op, "CMP") || strings.HasPrefix(in.op, "TEST"):
		case strings.HasSuffix(in.args, "(PC)"): // a jump
		case memoryDestination.MatchString(in.args):
			stores = append(stores, in)
		}
	}
	want := 2
	if moreStores[name] {
		want = 3
	}
	first := map[string]string{"amd64": "CX, 0x8(AX)", "arm64": "R3, 8(R1)"}[runtime.GOARCH]
	if len(stores) != want || stores[0].args != first || stores[want-1] != code[len(code)-1] {
		t.Errorf("%s: stores %v, want that to rseq_cs and the commit, last", name, stores)
	}
}
