//go:build linux && (amd64 || arm64) && gc && !purego

package asm

import (
	"sync/atomic"
	"unsafe"
)

// Supported says whether this build has critical sections.
const Supported = true

// A func value is the address of a word that holds the address of code; the leaves'
// words are in code, and Use changes them.
//
// That assembly is called so as Go calls Go, in registers, rests on the
// documented internal ABI of the gc compiler, which has been the same since Go
// 1.17 (amd64) and 1.18 (arm64), but is not promised. LeafCalls looks whether it
// holds.

// code is what the leaves' func values point to, on cache lines that nobody
// writes once a backend is open.
var code struct {
	_     [64]byte
	leaf  [leafCount]uintptr
	_     [64]byte
	inUse atomic.Int64 // the Variant
	using atomic.Bool  // locks what follows and changes
	bound []*Bound
}

// leaf returns the func value of a leaf, which is portable until Use.
func leaf[F any](i int, portable F) F {
	code.leaf[i] = codeOf(portable)
	word := unsafe.Pointer(&code.leaf[i])
	return *(*F)(unsafe.Pointer(&word))
}

// codeOf returns the address of a function's code.
func codeOf[F any](f F) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// leafTable is a variant's: the leaves' code and the descriptors of their
// sections. Zero is no leaf.
type leafTable [leafCount]struct {
	code    uintptr
	section *Descriptor
}

// Use makes the leaves those of a variant, unless they are those of a better one
// already, that is, a later one. A goroutine may go on with those that it has
// found before, for one operation, so all variants do what is right for every
// word; what they read must be set up before.
func Use(v Variant) {
	lockCode()
	defer code.using.Store(false)
	if v <= InUse() {
		return
	}
	useDescriptors(v)
	for i, l := range v.table() {
		if l.code != 0 {
			atomic.StoreUintptr(&code.leaf[i], l.code)
		}
	}
	useBound(v.table()[leafStep].code)
	code.inUse.Store(int64(v))
}

// lockCode waits for another backend that is opened; code.using is the lock.
func lockCode() {
	for !code.using.CompareAndSwap(false, true) {
	}
}

// InUse returns the variant that the leaves are.
func InUse() Variant { return Variant(code.inUse.Load()) }

// arrive is called as leaves are.
var arrive = func() func(a, b, c, d uintptr, f float64, slow func(uintptr, uintptr, uintptr, uintptr, float64) uintptr) uintptr {
	code := arriveCode()
	word := unsafe.Pointer(&code)
	return *(*func(a, b, c, d uintptr, f float64, slow func(uintptr, uintptr, uintptr, uintptr, float64) uintptr) uintptr)(unsafe.Pointer(&word))
}()

// LeafCalls reports whether arguments and results of leaves and slow paths arrive
// where they should.
func LeafCalls() bool {
	const f, fBits = 1.5, 0x3ff8 << 48
	const a, b, c = 1 << 20, 3 << 40, 5 << 50
	const d = a ^ b ^ c ^ fBits
	return arrive(a, b, c, d, f, arrived) == ^uintptr(d) && arrive(a, b, c, d+1, f, arrived) == (d^(d+1))
}

// arrived is arrive's slow path, whose first argument has been replaced.
func arrived(bits, b, c, d uintptr, f float64) uintptr {
	if *(*uintptr)(unsafe.Pointer(&f)) != bits {
		return 0
	}
	return ^d
}

func arriveCode() uintptr
