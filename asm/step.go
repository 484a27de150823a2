package asm

import "unsafe"

// StepFunc is a Step leaf, bound to what it adds and to its slow path, or such a slow
// path. See spec.go.
type StepFunc = func(w unsafe.Pointer, word int64) bool

// Bound is what the func value of a bound leaf points to, as that of a closure does to
// what the closure has captured: a call brings its address in the context register.
type Bound struct {
	Code  uintptr // of the leaf of the variant in use; the slow path's before
	Slow  StepFunc
	Delta int64
}
