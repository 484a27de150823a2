// Package lincheck checks that types of package primitives are linearizable:
// that each history of concurrent calls could have come from the calls made one
// after another, in an order that respects which of them ended before others
// began. Package porcupine decides; this package makes the histories.
//
//	go test -C bench/lincheck .
//	PERCPU_BACKEND=atomic go test -C bench/lincheck .
//	PERCPU_LINCHECK=100000 go test -C bench/lincheck .   # histories for each scenario
//
// A Scenario says what is called, Check runs it. Each type has its model and its
// tests in a file of its own, and a test that plants a bug and wants it found.
// It is a module of its own, because nobody who uses percpu needs porcupine.
package lincheck
