//go:build !linux

package backendtest

// Signals to single threads and affinities are Linux's; elsewhere the rest of
// the torment must do.

func (t *Torment) signalThreads(int)  {}
func (t *Torment) migrateThreads(int) {}
func restoreAffinity()                {}
