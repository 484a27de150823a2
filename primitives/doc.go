// Package primitives holds types with the shapes of those they replace, for data
// that many CPUs change at once. Each CPU has its own part, so that CPUs don't wait
// for each other's caches.
//
//	instead of                          use            but not
//	atomic.Int64 as a counter           Counter        when it is read as often as written, or 24 bytes are many
//	a mutex around a float64 sum        FloatCounter   the same
//	a sync.Map of atomic.Int64s         CounterMap     when Add must return the sum
//	sync.RWMutex                        RWMutex        when it is mostly written, or 96 bytes are many
//	sync.Map                            Map            when one goroutine alone uses it
//	sync.Pool of one type of object     FreeList       when memory should go back to the collector
//	sync.Pool                           Pool           (it is sync.Pool)
//	an atomic.Uint64 that names things  IDs            when numbers must not have gaps
//	a bounded number, a token channel   Quota          when those that get none are to wait
//	x/time/rate.Limiter                 Limiter        when events must be spread evenly
//	a CAS loop around a maximum         Max, Min       when it is read as often as it grows
//	a histogram of atomics              Histogram      when memory on each CPU is much
//	the same, of an unknown range       ExpHistogram   when bounds must be the same every time
//	a map from labels to counters       CounterVec     when labels are known beforehand
//	an atomic reference count           Ref            when nobody owns and ends it
//	a WaitGroup of work in flight       Gate           when it is closed often
//	a lock around what is unmapped      Sections       when it is ended often
//	values by a guess of the CPU        Sharded        when there are few users
//	the same, for one user at a time    Checkout       when all users must see the same value
//
// FloatCounterVec and HistogramVec are to FloatCounter and Histogram what CounterVec is
// to Counter.
//
// They are for contention: where there is none, what they replace costs as much or a
// little less, and takes less memory. Package
// [github.com/percpu-go/percpu/primitives/sync] is package sync with those of them that
// a file can switch to by its import. Each type's documentation says what it is not
// for, what its methods synchronize and what it costs in bytes.
//
// All types are ready for use as zero values, must not be copied after first
// use, and work on every platform, on the backend that Default selects.
//
// # Backends
//
//	rseq    linux/amd64, linux/arm64: restartable sequences; see package rseqbackend
//	atomic  everywhere: atomic instructions; see package atomicbackend
//
// The first that works is used, for all values of the process that are not
// made with WithBackend. The first use begins to select it, in the background.
//
//	PERCPU_BACKEND=auto|rseq|atomic   environment: asks for one; if it can't be
//	                                  had, the first use panics with the reasons
//	UseBackend                        the same, for programs
//	Default                           waits for the selection and returns it
//	ReadStats                         which it is and what it had to do, for logs
//	-tags norseq                      rseq is never a candidate
//	-tags purego                      no assembly is compiled in
//
// # Fences
//
// What is done seldom, such as a RWMutex's Lock after many RLocks, a Ref's Kill or a
// Max's Reset, may cost a fence: a system call that interrupts every CPU that the
// process runs on. A process has to be registered for it, which the first fence begins
// in the background. Until that is done, some milliseconds later, a fence stops the world
// as the garbage collector does. Without rseq none is needed.
//
// # Memory model
//
// No method of a counter synchronizes: an Add is not a release, a Load is not an
// acquire, in the sense of the Go memory model. What they promise is that nothing
// is lost or doubled, and that an Add which happens before a Load is seen by it.
//
// RWMutex and Map synchronize as sync.RWMutex and sync.Map do. The Put of an
// object to a FreeList synchronizes before the Get that returns it. What methods of the
// other types synchronize, if anything, their documentation says.
package primitives
