package asm

import "structs"

// Stack is what the stack operations are called with: where the stacks are, one
// in each slot, and how large. Sections read it and never write it. Like a
// Word's, its words are changed atomically; see spec.go for what that takes.
type Stack struct {
	_        structs.HostLayout
	PopWord  Word   // of the headers, for Pop
	PushWord Word   // of the headers, for Push
	Batch    Word   // of the headers, for PushBatch and PopBatch
	Capacity uint64 // items in each slot, 1 to MaxStackCapacity
	Tag      uint64 // stands, XORed with an item, in the 8 bytes before it
}

// A stack's block in a slot is a header and, behind it, its items. The header
// holds the number of items in its lowest bits, and above them the number of
// Pops there have been, so that one store commits both.
const (
	StackCountBits   = 10
	StackCountMask   = 1<<StackCountBits - 1
	MaxStackCapacity = StackCountMask
)
