//go:build !race && !percpuinvariants

package primitives

// invariants says whether misuse is looked for at a cost.
const invariants = false

type invariantReaders struct{}

func (*invariantReaders) enter() {}
func (*invariantReaders) leave() {}
