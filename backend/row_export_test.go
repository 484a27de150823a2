package backend

// Slot0 returns the address of the buckets in slot 0.
func (b *Buckets) Slot0() uintptr { return b.slot0 }
