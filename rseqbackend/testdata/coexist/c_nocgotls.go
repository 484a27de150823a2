//go:build cgo && !plain && !cgotls

package main

import "unsafe"

func areaOfCgotls() unsafe.Pointer { return nil }
