//go:build !linux

package main

import "os"

// isTerminal says whether somebody may be watching: /dev/null is taken for a
// terminal, which does no harm.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
