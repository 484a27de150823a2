//go:build !race && !percpuinvariants

package primitives

// invariants says whether misuse is looked for at a cost.
const invariants = false

type invariantCount struct{}

func (*invariantCount) add(int64) int64 { return 0 }
