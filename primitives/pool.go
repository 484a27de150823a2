package primitives

import "sync"

// A Pool is a sync.Pool. It is here so that a file that takes its Pool from this
// package need not import package sync as well.
//
// There is none of ours because none was faster. A pool keeps values of any type
// where the collector sees them, and what CPUs' stacks hold is not seen. So a value
// has to go into a node, and that from a stack of empty nodes to one of full ones
// and back: four sections for a Get and a Put, or three if Get reads the value in
// its section; sync.Pool pins the goroutine twice, which costs about as much as two.
// One place for each CPU that is exchanged by an atomic instruction, with a
// sync.Pool behind it, takes as long as sync.Pool for one value at a time, and twice
// as long for several.
//
// Who has one type of object, and can keep it, should use a FreeList: a Get and a
// Put of it are two sections.
type Pool = sync.Pool
