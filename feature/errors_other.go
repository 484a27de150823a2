//go:build !linux

package feature

import "errors"

// errOtherOS is the cause of every conclusive no outside Linux.
var errOtherOS = errors.New("only Linux has it")
