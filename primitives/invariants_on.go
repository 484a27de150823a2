//go:build race || percpuinvariants

package primitives

import "sync/atomic"

// invariants says whether misuse is looked for at a cost.
const invariants = true

// invariantReaders counts the read locks of an RWMutex once more, in one place.
type invariantReaders struct{ held atomic.Int64 }

func (r *invariantReaders) enter() { r.held.Add(1) }

func (r *invariantReaders) leave() {
	if r.held.Add(-1) < 0 {
		fatalRUnlock()
	}
}
