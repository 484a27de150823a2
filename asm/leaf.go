package asm

// A leaf is an operation that Go calls in registers, through a variable: Add,
// AddFloat64, Leave, AddIfZero, Take, NextInBlock, Max, Push, Pop, PushBatch, PopBatch,
// Observe and Part, and Step, which BindStep returns. spec.go says what each does.
//
// The slow path is the last argument: a function that is declared at package
// level, for a closure that the caller makes would have to be made each time. It
// is called at the end of the operation with the arguments before it, and sees
// the operation's caller as its own, so it may block and allocate. It must not
// call the same leaf with itself: what it can do once more in a section it does
// with another function for a slow path.

// The leaves. Variables they are also where there are no others than portable ones: what
// is inlined, and what is not, is the same on all platforms.
var (
	Add         = leaf(leafAdd, add)
	AddFloat64  = leaf(leafAddFloat64, addFloat64)
	Leave       = leaf(leafLeave, leave)
	AddIfZero   = leaf(leafAddIfZero, addIfZero)
	Take        = leaf(leafTake, take)
	NextInBlock = leaf(leafNextInBlock, nextInBlock)
	Max         = leaf(leafMax, maximum)
	Push        = leaf(leafPush, push)
	Pop         = leaf(leafPop, pop)
	PushBatch   = leaf(leafPushBatch, pushBatch)
	PopBatch    = leaf(leafPopBatch, popBatch)
	Observe     = leaf(leafObserve, observe)
	Part        = leaf(leafPart, part)
)

// Indices of leaves, in the order of the variants' tables.
const (
	leafAdd = iota
	leafAddFloat64
	leafStep
	leafLeave
	leafAddIfZero
	leafTake
	leafNextInBlock
	leafMax
	leafPush
	leafPop
	leafPushBatch
	leafPopBatch
	leafObserve
	sectionCount
	leafPart  = sectionCount // has no section
	leafCount = leafPart + 1
)

// leafNames are as in spec.go.
var leafNames = [leafCount]string{"Add", "AddFloat64", "Step", "Leave", "AddIfZero", "Take", "NextInBlock", "Max", "Push", "Pop", "PushBatch", "PopBatch", "Observe", "Part"}

// Variant says how the leaves find a thread's area, and what indexes slots.
type Variant int

const (
	Portable  Variant = iota // they are Go functions, and have no sections
	Hints                    // they have no sections, but take the processor's hint
	OwnCPUID                 // areas of our own, by cpu_id
	OwnMMCID                 // areas of our own, by mm_cid
	LibcCPUID                // areas at a fixed distance from the thread pointer, by cpu_id
	LibcMMCID                // areas at a fixed distance from the thread pointer, by mm_cid
)

func (v Variant) String() string {
	return [...]string{"portable", "hints", "own/cpu_id", "own/mm_cid", "libc/cpu_id", "libc/mm_cid"}[v]
}
