//go:build cgo && plain

package main

import _ "os/user" // C of the standard library, which Go's own linker can link
