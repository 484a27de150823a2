//go:build !linux

package feature

// LibcRseq says no: only C libraries for Linux have rseq areas.
func LibcRseq() (Libc, error) { return Libc{}, ErrNoLibcArea }
