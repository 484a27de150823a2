package backend

import (
	"fmt"

	"github.com/percpu-go/percpu/asm"
)

// StrideShift is the binary logarithm of the distance in bytes between a
// cell's words in neighbouring slots. It is at least a page, so that CPUs
// share none.
const StrideShift = asm.StrideShift

const (
	stride     = 1 << StrideShift
	wordSize   = 8
	lineSize   = 64
	groupCells = 64
	groupSize  = groupCells * wordSize
	aliasSize  = 4096 // loads and stores are told apart by this many bytes' worth of address bits first
)

// maxSlots bounds a chunk's address space to 512 MiB; Linux has no more
// possible CPUs than this in any configuration (CONFIG_NR_CPUS).
const maxSlots = 8192

// Geometry is the shape of a Memory.
type Geometry struct {
	// Slots is the bound of slot indices: 1 + the largest CPU number that may
	// ever appear, 1 to 8192. Sparse numbering costs address space only.
	Slots int

	// Overflow is the number of overflow slots besides, 0 to 64. With LeafRseq it
	// must be OverflowSlots.
	Overflow int

	// Avoid lists byte offsets in a 4 KiB page. No cell stands in a cache
	// line at such an offset: a store there, as into an rseq area, would
	// delay every load from the cell (4 KiB aliasing).
	Avoid []uintptr

	// Leaf says how operations reach the cells. All memories with the same leaf
	// must have the same number of slots.
	Leaf Leaf
}

// Words returns the number of words of a cell.
func (g Geometry) Words() int { return g.Slots + g.Overflow }

func (g Geometry) validate() error {
	if g.Slots < 1 || g.Slots > maxSlots {
		return fmt.Errorf("percpu/backend: geometry: %d slots, want 1 to %d", g.Slots, maxSlots)
	}
	if g.Overflow < 0 || g.Overflow > 64 {
		return fmt.Errorf("percpu/backend: geometry: %d overflow slots, want 0 to 64", g.Overflow)
	}
	if g.Leaf == LeafRseq && g.Overflow != OverflowSlots {
		return fmt.Errorf("percpu/backend: geometry: %d overflow slots, but sections know of %d", g.Overflow, OverflowSlots)
	}
	if len(g.avoided()) >= aliasSize/lineSize {
		return fmt.Errorf("percpu/backend: geometry: every line is avoided")
	}
	return nil
}

// avoided returns the indices in a page of the lines that Avoid names.
func (g Geometry) avoided() map[uintptr]bool {
	lines := make(map[uintptr]bool)
	for _, off := range g.Avoid {
		lines[off%aliasSize/lineSize] = true
	}
	return lines
}
