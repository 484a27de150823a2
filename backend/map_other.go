//go:build !linux

package backend

import "unsafe"

// mapMemory returns size bytes of zeroed memory from the Go heap, aligned to a
// group. The collector doesn't scan it, since it has no pointers, and doesn't
// move it; untouched pages of a fresh object this large cost nothing.
func mapMemory(size int) ([]byte, error) {
	b := make([]byte, size+groupSize)
	skip := -uintptr(unsafe.Pointer(&b[0])) % groupSize
	return b[skip:][:size:size], nil
}
