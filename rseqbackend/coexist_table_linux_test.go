package rseqbackend

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write "+compatibilityFile)

const compatibilityFile = "COMPATIBILITY.md"

const compatibilityHead = `# Compatibility

What threads report in programs that were built and started in these ways, while these things happen to them. Every line
is a test: ` + "`go test -run TestCoexistence ./rseqbackend`" + ` builds the program, starts it, counts and locks on all kinds of threads,
and wants this line's answers and exact sums (` + "`PERCPU_COEXIST=all`" + ` for the slowest lines too). The table is written from the
tests by ` + "`go generate ./rseqbackend`" + `. Linux on amd64; glibc 2.36, musl 1.2.3.
Other kernels, and arm64, are in [KERNELS.md](KERNELS.md).

"Own" areas are registered by this package, in memory of its own or in TLS where package cgotls is linked; "libc's" are
glibc's. Threads without an area add to overflow slots, by atomics, and lose nothing. Reasons are in ` + "`Selection.Rejections`" + `
and ` + "`primitives.ReadStats().Rejected`" + ` if the atomic backend serves, else in ` + "`Stats().Failures`" + ` by errno, and ` + "`go run ./examples/info`" + `
prints them all.

| program | started, and meanwhile | backend | threads' areas | why not, and where it says so |
|---|---|---|---|---|
`

// TestCompatibilityTable: the table in the documentation is the table of tests.
func TestCompatibilityTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(compatibilityHead)
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r.cells(), " | "))
	}
	if *update {
		if err := os.WriteFile(compatibilityFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(compatibilityFile)
	if err != nil {
		t.Skip(err) // the test binary may be away from its source
	}
	if string(got) != b.String() {
		t.Errorf("%s is not the table of tests: go generate ./rseqbackend", compatibilityFile)
	}
}

func (r *row) cells() []string {
	cells := []string{r.build.name, r.start}
	w := r.want
	if w.dies != "" {
		return append(cells, "", "", "glibc ends the process, with this library or without: “"+w.dies+"”")
	}
	return append(cells, w.backend(), w.threadsText(), w.whyText())
}

var ownerText = map[Owner]string{OwnerOurs: "own", OwnerLibc: "libc's", OwnerNone: "none", OwnerError: "none"}

func (w want) threadsText() string {
	if w.reason != "" {
		return ""
	}
	text := ownerText[w.area()]
	for _, role := range slices.Sorted(maps.Keys(w.roles)) {
		text += "; " + roleText[role] + ": " + ownerText[w.roles[role]]
	}
	return text
}

var roleText = map[string]string{
	"main":    "main thread",
	"late":    "threads begun after it",
	"c after": "C's after it",
	"dying":   "in destructors of other pthread keys",
	"foreign": "threads of the library",
}

func (w want) whyText() string {
	var list []string
	if w.reason != "" {
		list = append(list, "“"+w.reason+"” in Rejections")
	}
	for _, errno := range w.errnos {
		list = append(list, errno+" in Failures")
	}
	if w.alone {
		list = append(list, "Refused in Memory().Stats(): cells work on one word of their own, by atomics")
	}
	switch {
	case w.fence != "":
		list = append(list, "Fence: “"+w.fence+"”, so RWMutex does not count per CPU")
	case w.fences != nil:
		list = append(list, strings.Join(w.fences, ", ")+" in FenceFailures: fences take the slow way")
	}
	return strings.Join(list, "; ")
}
