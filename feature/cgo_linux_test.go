//go:build cgo && !osusergo

package feature

// Package os/user links the C library into a cgo build of these tests, so that
// they run in both kinds of process without a line of C.
import _ "os/user"

const linksLibc = true
