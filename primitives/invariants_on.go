//go:build race || percpuinvariants

package primitives

import "sync/atomic"

// invariants says whether misuse is looked for at a cost.
const invariants = true

// invariantCount counts once more, in one place, what is counted on every CPU.
type invariantCount struct{ n atomic.Int64 }

func (c *invariantCount) add(delta int64) (sum int64) {
	raceDisable() // see hiddenAdd
	sum = c.n.Add(delta)
	raceEnable()
	return sum
}
