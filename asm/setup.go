package asm

//lint:file-ignore U1000 what looks unused is used by the assembly files

import "sync/atomic"

// setupVars is what leaves read. It fills cache lines of its own, which are
// written when a backend is opened, and when a slot is used for the first time
// that no slot before was.
type setupVars struct {
	_           [64]byte
	areaOffset  int64  // area = anchor + areaOffset; arm64 loads it with slots
	slots       uint32 // bound of the index in use, for RseqWord cells
	hintSlots   uint32 // bound of the hint in use, for HintWord cells; 0 turns hints off
	hashMask    uint32 // the same less 1 where the hint is the goroutine's hash; else 0
	indexOffset uint64 // of cpu_id or mm_cid in the area; variants know it
	_           [64]byte
}

var setup setupVars

// SetupHints sets the number of slots of HintWord cells. Where the hint is not the
// processor's, but a hash, that must be a power of two. It must be called before
// the first HintWord is handed out, and before Use.
func SetupHints(slots uint32, hashed bool) {
	atomic.StoreUint32(&setup.hintSlots, slots)
	if hashed {
		atomic.StoreUint32(&setup.hashMask, slots-1)
	}
}

// Slots returns the bound of the index in use: no section commits in a slot above.
// It only grows.
func Slots() uint32 { return atomic.LoadUint32(&setup.slots) }

// GrowSlots makes that bound at least n. The caller knows that there is memory.
func GrowSlots(n uint32) { grow(&setup.slots, n) }

// HintSlots is Slots for cells that are reached by hints.
func HintSlots() uint32 { return atomic.LoadUint32(&setup.hintSlots) }

// HintsHashed reports whether the hint is a hash.
func HintsHashed() bool { return atomic.LoadUint32(&setup.hashMask) != 0 }

// GrowHintSlots makes the bound at least n.
func GrowHintSlots(n uint32) { grow(&setup.hintSlots, n) }

func grow(bound *uint32, n uint32) {
	for {
		old := atomic.LoadUint32(bound)
		if n <= old || atomic.CompareAndSwapUint32(bound, old, n) {
			return
		}
	}
}
