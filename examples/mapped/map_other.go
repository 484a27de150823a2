//go:build !unix

package main

import "os"

// mapFile reads the file: package syscall can't map one here.
func mapFile(path string) (*mapping, error) {
	bytes, err := os.ReadFile(path)
	return &mapping{bytes}, err
}

// unmap has who still reads find out.
func (m *mapping) unmap() error {
	clear(m.bytes)
	return nil
}
