//go:build !linux

package feature

// RseqAuxv says no: the auxiliary vectors of other systems, where they have
// one, give the same key numbers other meanings.
func RseqAuxv() (Auxv, error) { return absentAuxv, no("auxiliary vector", errOtherOS) }
