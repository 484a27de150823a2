//go:build !linux

package primitives_test

// withoutRseq does nothing: there is no rseq here.
func withoutRseq() bool { return true }
