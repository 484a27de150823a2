//go:build !linux

package backendtest

// Threads have no names here, and end when they end.

func threadID() int        { return 0 }
func threadLives(int) bool { return false }
