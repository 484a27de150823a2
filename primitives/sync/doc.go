// Package sync is the standard library's package sync, with locks whose readers
// scale. A file switches by its import, and back the same way:
//
//	import "sync"
//	import "github.com/percpu-go/percpu/primitives/sync"
//
// It has every identifier of the standard package, under each version of Go that
// this module supports, and no other. An identifier is this module's where that is
// better with contention and, within some nanoseconds, as good without; otherwise it
// is the standard one:
//
//	RWMutex     primitives.RWMutex. It begins as the standard one works, on one word;
//	            when readers have met, each CPU counts its own
//	Map         standard. A Map[any, any] of this module stores faster and loads
//	            large maps faster, but loads of a dozen keys, which the standard map
//	            does best, were a little slower. A primitives.Map with its key and
//	            value types is the one to change to, by hand
//	Pool        standard. Nothing that keeps values of any type was faster. A
//	            primitives.FreeList, which keeps one type, is
//	Mutex       standard. It has one holder, and one word is all that it takes
//	Once        standard. After the first call it is one load of what nobody writes
//	WaitGroup   standard. Wait needs to know when the sum becomes zero, which parts
//	            on CPUs can't tell without being asked
//	Cond        standard, with any Locker, such as a RWMutex and its RLocker
//	Locker      standard
//	OnceFunc, OnceValue, OnceValues, NewCond
//	            call the standard ones
//
// The standard types are aliases: their values can be handed to code that imports
// the standard package, and WaitGroup has the method Go from Go 1.25 on. A RWMutex
// is a type of its own, so a *RWMutex can't be handed to code that asks for the
// standard one. A Locker can.
//
// # What a RWMutex costs more
//
// It is 96 bytes where the standard one is 24. Once its readers have met it has 8
// bytes on each CPU that reads, and the next Lock makes a system call that reaches
// all CPUs. RLock and RUnlock inline as the standard one's do, on 64-bit platforms, to
// an atomic addition and one test more. Lock and Unlock cost about a tenth more. What
// that comes to in real code, on the machine at hand, is said by
//
//	go run -C bench/report . -adopters
//
// in a clone of the repository. See [github.com/percpu-go/percpu/primitives.RWMutex].
package sync
