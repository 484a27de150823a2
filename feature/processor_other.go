//go:build !linux

package feature

// rdpid is false: only Linux is known to keep the CPU number in TSC_AUX.
func rdpid() bool { return false }
