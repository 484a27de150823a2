//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import (
	"sync/atomic"
	"unsafe"
)

// padded is a Bound on cache lines that nobody writes once a backend is open.
type padded struct {
	_ [64]byte
	Bound
	_ [64]byte
}

// BindStep returns the Step leaf bound to delta and slow, a function declared at package
// level. It is for variables at package level, for it lives for ever. As long as no
// variant with sections is in use, it is slow itself.
func BindStep(delta int64, slow StepFunc) StepFunc {
	b := &padded{Bound: Bound{Code: codeOf(slow), Slow: slow, Delta: delta}}
	lockCode()
	defer code.using.Store(false)
	if l := InUse().table()[leafStep].code; l != 0 {
		b.Code = l
	}
	code.bound = append(code.bound, &b.Bound)
	word := unsafe.Pointer(&b.Bound)
	return *(*StepFunc)(unsafe.Pointer(&word))
}

// useBound gives all bound leaves a variant's code, if it has one for them. The caller has
// locked code.
func useBound(step uintptr) {
	if step == 0 {
		return
	}
	for _, b := range code.bound {
		atomic.StoreUintptr(&b.Code, step)
	}
}
