//go:build !(linux && amd64 && gc && !purego)

package feature

// rdpid says no: elsewhere RDPID reads what another kernel has put there, there is
// no RDPID, or no assembly to ask.
func rdpid() bool { return false }
