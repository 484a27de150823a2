// Package primitives holds per-CPU types with the shapes of the contended types
// they replace: change the import, and the contention is gone.
//
//	instead of                          use
//	atomic.Int64 as a counter           Counter
//	a mutex around a float64 sum        FloatCounter
//	a sync.Map of atomic.Int64s         CounterMap
//	a metrics library's histogram       Histogram, ExpHistogram
//	… or vector by label values         CounterVec, FloatCounterVec, HistogramVec
//	sync.RWMutex                        RWMutex
//	sync.Map                            Map
//	sync.Pool of one type of object     FreeList
//	sync.Pool                           sync.Pool, here named Pool; see there
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
// made with WithBackend. It is selected at the first use.
//
//	PERCPU_BACKEND=auto|rseq|atomic   environment: asks for one; if it can't be
//	                                  had, the first use panics with the reason
//	UseBackend                        the same, for programs
//	-tags norseq                      rseq is never a candidate
//	-tags purego                      no assembly is compiled in
//
// # Memory model
//
// No method of a counter synchronizes: an Add is not a release, a Load is not an
// acquire, in the sense of the Go memory model. What they promise is that nothing
// is lost or doubled, and that an Add which happens before a Load is seen by it.
//
// RWMutex and Map synchronize as sync.RWMutex and sync.Map do. The Put of an
// object to a FreeList synchronizes before the Get that returns it.
package primitives
