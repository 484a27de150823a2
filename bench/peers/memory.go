package peers

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/bench"
	"github.com/percpu-go/percpu/primitives"
)

const (
	batches  = 4       // that are measured: the runtime grows by 256 KiB at a time
	counters = 100_000 // in each
	probes   = 100     // cells added to beside them, to see which slots were used
	warmup   = 3_000   // counters made before, for what the process needs only once
)

// Part is a part of a size.
type Part struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Share bool   `json:"share"` // counts
}

// MemoryRows makes counters, one Go object each, adds to each on every CPU, and
// sees what the process has grown by.
func MemoryRows(h Host) (g Group, err error) {
	warm := newBatch(warmup)
	if err := warm.fill(); err != nil {
		return g, err
	}
	var measured [batches]*batch
	for i := range measured {
		measured[i] = newBatch(counters)
	}
	before, err := readFootprint()
	if err != nil {
		return g, err
	}
	slots := 0.0
	for _, b := range measured {
		if err := b.fill(); err != nil {
			return g, err
		}
		slots += b.slotsUsed(h.chosen.Memory().Geometry().Words()) / batches
	}
	after, err := readFootprint()
	if err != nil {
		return g, err
	}
	runtime.KeepAlive(warm)
	runtime.KeepAlive(measured)

	g.Name = "memory"
	g.Parts = after.minus(before)
	total := int64(0)
	for _, p := range g.Parts {
		if p.Share {
			total += p.Bytes
		}
		if p.Name == perCPU && float64(p.Bytes) < 8*slots*batches*counters*0.9 {
			return g, errors.New("the per-CPU memory was not found among the process's mappings")
		}
	}
	g.Parts = append(g.Parts, Part{Name: "sum of the counting parts", Bytes: total})
	each := float64(total) / batches / counters
	g.Verdicts = []Verdict{{
		What:    fmt.Sprintf("bytes per Counter that used %.2f slots", slots),
		Threads: int(measured[0].threads.Load()),
		Bound:   atMost(8*slots + 32),
		Ratio:   bench.Ratio{Median: each, Minima: each},
	}}
	return g, nil
}

// batch is counters that are made and used together.
type batch struct {
	counters []*primitives.Counter
	cells    []backend.Cell
	threads  atomic.Int64
}

func newBatch(n int) *batch {
	return &batch{counters: make([]*primitives.Counter, n), cells: make([]backend.Cell, probes)}
}

// fill makes the counters and adds 1 to each on every CPU at the same time.
func (b *batch) fill() error {
	for i := range b.counters {
		b.counters[i] = new(primitives.Counter)
	}
	every := len(b.counters) / len(b.cells)
	err := bench.OnEachCPU(func(int) {
		b.threads.Add(1)
		for i, c := range b.counters {
			c.Add(1)
			if i%every == 0 {
				b.cells[i/every].Add(1)
			}
		}
	})
	if err != nil {
		return err
	}
	for i, c := range b.counters {
		if got, want := c.Load(), b.threads.Load(); got != want {
			return fmt.Errorf("counter %d is %d, want %d", i, got, want)
		}
	}
	return nil
}

// slotsUsed returns how many of a counter's words were written, on average, as
// far as the cells among them tell.
func (b *batch) slotsUsed(words int) float64 {
	n := 0
	for i := range b.cells {
		for s := range words {
			if *b.cells[i].Word(s) != 0 {
				n++
			}
		}
	}
	return float64(n) / float64(len(b.cells))
}

// footprint is what a process takes, in bytes.
type footprint struct {
	mem        runtime.MemStats
	resident   int64 // all of the process
	perCPU     int64 // resident, in mappings such as package backend makes
	perCPUSize int64 // address space of those
	pageTables int64
}

const perCPU = "per-CPU memory, resident"

func readFootprint() (f footprint, err error) {
	runtime.GC()
	runtime.GC() // the first may have made cleanups run
	runtime.ReadMemStats(&f.mem)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return f, err
	}
	f.pageTables = kilobytes(string(status), "VmPTE:")
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return f, err
	}
	for _, m := range strings.SplitAfter(string(smaps), "VmFlags:") {
		f.resident += kilobytes(m, "Rss:")
	}
	f.perCPU, f.perCPUSize = findPerCPU(string(smaps))
	return f, nil
}

// findPerCPU adds up the mappings that are MAP_NORESERVE and
// MADV_NOHUGEPAGE (nr and nh in VmFlags, see proc_pid_smaps(5)), as those of
// package backend are and Go's heap is not.
func findPerCPU(smaps string) (resident, size int64) {
	var rss, length int64
	for line := range strings.Lines(smaps) {
		switch key, rest, _ := strings.Cut(line, ":"); key {
		case "Size":
			length = kilobytes(line, "Size:")
		case "Rss":
			rss = kilobytes(line, "Rss:")
		case "VmFlags":
			flags := " " + strings.TrimSpace(rest) + " "
			if strings.Contains(flags, " nr ") && strings.Contains(flags, " nh ") {
				resident += rss
				size += length
			}
		}
	}
	return resident, size
}

// kilobytes returns the number behind the first key in text, in bytes.
func kilobytes(text, key string) int64 {
	_, rest, found := strings.Cut(text, key)
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[0], 10, 64)
	return n << 10
}

func (f footprint) minus(g footprint) []Part {
	delta := func(of func(*runtime.MemStats) uint64) int64 { return int64(of(&f.mem) - of(&g.mem)) }
	return []Part{
		{"Go heap, live objects (HeapAlloc)", delta(func(m *runtime.MemStats) uint64 { return m.HeapAlloc }), false},
		{"Go heap, spans (HeapInuse)", delta(func(m *runtime.MemStats) uint64 { return m.HeapInuse }), true},
		{"Go span descriptors (MSpanInuse)", delta(func(m *runtime.MemStats) uint64 { return m.MSpanInuse }), true},
		{"Go specials and the like (OtherSys)", delta(func(m *runtime.MemStats) uint64 { return m.OtherSys }), true},
		{"Go collector (GCSys)", delta(func(m *runtime.MemStats) uint64 { return m.GCSys }), true},
		{perCPU, f.perCPU - g.perCPU, true},
		{"page tables, of everything (VmPTE)", f.pageTables - g.pageTables, true},
		{"per-CPU memory, address space", f.perCPUSize - g.perCPUSize, false},
		{"resident, of everything (Rss)", f.resident - g.resident, false},
	}
}

func partsTable(parts []Part) bench.Table {
	t := bench.Table{{fmt.Sprintf("growth by %d counters", batches*counters), "bytes", "per counter", "counts"}}
	for _, p := range parts {
		counts := ""
		if p.Share {
			counts = "yes"
		}
		t = append(t, []string{p.Name, fmt.Sprint(p.Bytes), fmt.Sprintf("%.2f", float64(p.Bytes)/batches/counters), counts})
	}
	return t
}
