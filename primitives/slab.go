package primitives

import "unsafe"

// node is an object of a FreeList with what the list needs to know it again.
//
// Objects are handed around by their addresses, in memory that the collector
// doesn't scan. What keeps them is their slab, and what keeps that is the list:
// the caller of every operation holds it. So no write barrier is needed for those
// addresses. An object whose list is gone is kept by its holder alone.
type node[T any] struct {
	//lint:ignore U1000 it has something in it in other builds
	mark        // see freelist_checked.go
	tag  uint64 // the object's address XOR the list's tag; sections look at it
	v    T
}

// tagSize is how far before the object its tag stands, on every architecture:
// no type needs more alignment than 8 bytes.
const tagSize = 8

func init() {
	type aligned struct{ _ [0]uint64 }
	if unsafe.Offsetof(node[byte]{}.v)-unsafe.Offsetof(node[byte]{}.tag) != tagSize ||
		unsafe.Offsetof(node[aligned]{}.v)-unsafe.Offsetof(node[aligned]{}.tag) != tagSize {
		panic("percpu: broken invariant: an object's tag does not stand before it")
	}
}

// hasTag reports whether x is an object of the list with that tag. It reads the 8
// bytes before x, which if x is not such an object need not be x's own. They are in
// its page, so that they can be read if x can; nil is not.
//
//go:nocheckptr
//go:norace
func hasTag(x unsafe.Pointer, tag uintptr) bool {
	return !beginsPage(uintptr(x)) && *(*uint64)(unsafe.Add(x, -tagSize)) == uint64(uintptr(x)^tag)
}

// beginsPage reports whether the 8 bytes before an address may be in another page
// than it, on a system with the smallest pages there are. No object stands there:
// so whatever does is not from a list, and need not be looked at to know.
func beginsPage(addr uintptr) bool { return addr&(pageSize-tagSize) == 0 }

const pageSize = 4096

const (
	slabBytes   = 16 << 10 // an object that is larger has a slab of its own
	slabObjects = 64       // at most
)

// newSlab returns 1 to n zero objects, what keeps them, and their addresses.
func newSlab[T any](n int, tag uintptr) (slab any, addrs []uintptr) {
	n = min(n, slabObjects, max(1, slabBytes/int(unsafe.Sizeof(node[T]{}))))
	addrs = make([]uintptr, 0, n)
	for {
		nodes := make([]node[T], n)
		for i := range nodes {
			addr := uintptr(unsafe.Pointer(&nodes[i].v))
			if beginsPage(addr) {
				continue // one in 500 at most
			}
			nodes[i].tag = uint64(addr ^ tag)
			addrs = append(addrs, addr)
		}
		if len(addrs) > 0 { // else all of them, which are one or few
			return nodes, addrs
		}
	}
}

// pointer makes a pointer of the address of an object. The detour says to the
// compiler's pointer checks that this is meant.
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }
