package asm

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSectionsDisassembled reads every section back through the toolchain's
// disassembler and checks what the bytes at post_commit alone don't show: no
// call and no return inside, the store to rseq_cs as the first store, the
// commit as the only other one, all jumps leading forward and, before the commit,
// no change of a register that holds an argument.
func TestSectionsDisassembled(t *testing.T) {
	if !Supported {
		t.Skip("this build has no critical sections")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to disassemble with")
	}
	// The running test binary has no symbol table: go test strips it.
	binary := filepath.Join(t.TempDir(), "asm.test")
	build := []string{"test", "-c", "-o", binary}
	if Injecting {
		build = append(build, "-tags=percpuinject")
	}
	if out, err := exec.Command(goTool, append(build, ".")...).CombinedOutput(); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	out, err := exec.Command(goTool, "tool", "objdump", "-s", `percpu/asm\.`, binary).CombinedOutput()
	if err != nil {
		t.Fatalf("objdump: %v\n%s", err, out)
	}
	texts := parseTexts(t, string(out))
	x := openExecutable(t, binary)
	for _, s := range Sections() {
		entry := x.symbol("Spin.abi0").Value
		if s.Variant != Portable {
			entry = x.leaf(s.Variant, s.Name)
		}
		var code []instruction
		for _, in := range texts[entry] {
			if in.offset < s.Descriptor.PostCommitOffset {
				code = append(code, in)
			}
		}
		if len(code) == 0 {
			t.Errorf("%s, %v: no instructions disassembled between start_ip and post_commit", s.Name, s.Variant)
			continue
		}
		checkSection(t, s, code)
	}
}

// leaf returns the address of a variant's leaf.
func (x executable) leaf(v Variant, name string) uint64 {
	x.t.Helper()
	for i := range leafNames {
		if leafNames[i] == name {
			return x.word(x.symbol(tables[v]+"Leaves").Value + uint64(16*i))
		}
	}
	x.t.Fatalf("no leaf %s", name)
	return 0
}

// instruction is one line of objdump.
type instruction struct {
	offset uint64 // from the function's entry
	op     string
	args   string
}

var (
	objdumpText = regexp.MustCompile(`(?m)^TEXT `)
	objdumpLine = regexp.MustCompile(`(?m)^\s*\w+\.\w+:\d+\s+0x([0-9a-f]+)\s+[0-9a-f]+\s+(\S+)[ \t]*(.*?)\s*$`)
)

// parseTexts returns the functions of a disassembly by their addresses.
func parseTexts(t *testing.T, dump string) map[uint64][]instruction {
	t.Helper()
	texts := make(map[uint64][]instruction)
	for _, text := range objdumpText.Split(dump, -1) {
		var entry uint64
		for i, m := range objdumpLine.FindAllStringSubmatch(text, -1) {
			pc, err := strconv.ParseUint(m[1], 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				entry = pc
			}
			texts[entry] = append(texts[entry], instruction{pc - entry, m[2], m[3]})
		}
	}
	return texts
}

// moreStores are the sections with one more store, to what nobody else reads
// before the commit, or in Spin's case to what its caller reads. In a loop it
// counts once. See spec.go, stack_spec.go and row_spec.go.
var moreStores = map[string]bool{"Spin": true, "Push": true, "PushBatch": true, "PopBatch": true, "Observe": runtime.GOARCH == "arm64"}

var memoryDestination = regexp.MustCompile(`, \S*\(\S+\)$`)

// argumentRegisters are those of the leaves: their number, by architecture, and
// what the disassembler calls them.
var argumentRegisters = map[string][]string{
	"amd64": {"AX", "BX", "CX", "DI", "SI"},
	"arm64": {"R0", "R1", "R2", "R3", "R4"},
}

// contextRegisters hold the func value of a bound leaf, which it needs as long as its
// arguments.
var contextRegisters = map[string]string{"amd64": "DX", "arm64": "R26"}

// arguments are how many words of arguments in integer registers a leaf has, with
// its slow path.
var arguments = map[string]int{"Add": 3, "AddFloat64": 2, "Step": 2, "Leave": 3, "AddIfZero": 4, "Take": 3, "NextInBlock": 3, "Max": 3, "Push": 5, "Pop": 4, "PushBatch": 3, "PopBatch": 3, "Observe": 3}

func checkSection(t *testing.T, s Section, code []instruction) {
	t.Helper()
	var stores []instruction
	for _, in := range code {
		operands := strings.Split(in.args, ", ")
		destination := operands[len(operands)-1]
		switch {
		case in.op == "CALL" || in.op == "BL" || in.op == "RET" || in.op == "?":
			t.Errorf("%s, %v+%#x: %s %s inside the section", s.Name, s.Variant, in.offset, in.op, in.args)
		case strings.HasPrefix(in.op, "CMP") || in.op == "CMN" || in.op == "CMNW" || strings.HasPrefix(in.op, "TEST") || in.op == "TST":
		case strings.HasSuffix(in.args, "(PC)"): // a jump
		case memoryDestination.MatchString(in.args):
			stores = append(stores, in)
		default:
			kept := argumentRegisters[runtime.GOARCH][:arguments[s.Name]]
			if s.Name == leafNames[leafStep] {
				kept = append(slices.Clip(kept), contextRegisters[runtime.GOARCH])
			}
			for _, r := range kept {
				if destination == r {
					t.Errorf("%s, %v+%#x: %s %s changes an argument before the commit", s.Name, s.Variant, in.offset, in.op, in.args)
				}
			}
		}
	}
	want := 2
	if moreStores[s.Name] {
		want = 3
	}
	if len(stores) != want || !rseqCSStore.MatchString(stores[0].args) || stores[want-1] != code[len(code)-1] {
		t.Errorf("%s, %v: stores %v, want that to rseq_cs and the commit, last", s.Name, s.Variant, stores)
	}
}

// rseqCSStore is a store to rseq_cs: 8 bytes into the area.
var rseqCSStore = map[string]*regexp.Regexp{
	"amd64": regexp.MustCompile(`^(R9, (FS:)?0x8\([CD]X\)|CX, 0x8\(AX\))$`),
	"arm64": regexp.MustCompile(`^R\d+, 8\(R\d+\)$`),
}[runtime.GOARCH]
