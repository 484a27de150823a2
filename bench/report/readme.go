package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/bench/peers"
)

// readmePage stands where it does from this module's folder. Its table of figures is
// below the line readmeMark.
const (
	readmePage = "../../README.md"
	readmeMark = "<!-- These figures are written by: go run -C bench/report . -adopters -publish -->\n"
)

// readmeRows are the rows of README's table: calls that people make today, and ours.
var readmeRows = []struct{ set, peer, theirs, ours string }{
	{"counter", peers.AtomicInt64, "`atomic.Int64.Add`", "`Counter.Add`"},
	{"rwmutex", peers.SyncRWMutex, "`RLock` and `RUnlock` of `sync.RWMutex`", "of `RWMutex`"},
	{"map-warm", peers.SyncMap, "`sync.Map.Load`, 1,000 keys", "`Map.Load`"},
	{"freelist", peers.SyncPool, "`Get` and `Put` of `sync.Pool`", "of `FreeList`"},
}

// readmeTable has the medians of costs with one thread and with most.
func (m *measurement) readmeTable() string {
	var b strings.Builder
	for _, r := range readmeRows {
		i := slices.IndexFunc(m.Sets, func(s set) bool { return s.Name == r.set })
		if i < 0 {
			continue // left out, as the page says
		}
		rows := m.Sets[i].Result.Rows
		most := slices.MaxFunc(rows, func(a, b *bench.Row) int { return a.Threads - b.Threads }).Threads
		if b.Len() == 0 {
			fmt.Fprintf(&b, "| ns a call, theirs → ours | 1 thread | %d threads |\n|---|---|---|\n", most)
		}
		fmt.Fprintf(&b, "| %s → %s |", r.theirs, r.ours)
		for _, threads := range []int{1, most} {
			theirs, ours := m.Sets[i].Result.Row(r.peer, threads), m.Sets[i].Result.Row(m.Ours, threads)
			if theirs == nil || ours == nil {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(&b, " %s → %s |", number(theirs.Median), number(ours.Median))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// readme returns what writes README with the table in it.
func (m *measurement) readme() (func(io.Writer) error, error) {
	page, err := os.ReadFile(readmePage)
	if err != nil {
		return nil, err
	}
	before, after, ok := bytes.Cut(page, []byte(readmeMark))
	if !ok {
		return nil, fmt.Errorf("%s has no line %q", readmePage, readmeMark)
	}
	for bytes.HasPrefix(after, []byte("|")) {
		_, after, _ = bytes.Cut(after, []byte("\n"))
	}
	return text(string(before) + readmeMark + m.readmeTable() + string(after)), nil
}
