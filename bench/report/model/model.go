// Package model extrapolates the throughput of counters to numbers of CPUs that
// the machine at hand doesn't have. It is a model: what it returns was not
// measured, and pages that show it must say so.
//
// # Parameters
//
//   - op: what an addition costs when nobody else adds, in ns; measured.
//   - Transfer: what it costs that a cache line changes from one CPU to another,
//     in ns; a quarter of what two threads take to hand a word to and fro, for
//     on each way it moves once to be read and once to be written.
//   - Moves: the share of additions to a shared word that follow another CPU's
//     and so wait for the line; measured with two CPUs, by the values that
//     additions return. It is less than one because a CPU that has the line
//     carries out several additions before it lets go.
//
// # Formulas, in operations per ns
//
//	per CPU:  n / op
//	shared:   1 / op                                          for n = 1
//	          1 / s, with s = op + Moves·Transfer             for n > 1
//	striped:  n / (q·op + (1 + (n-1)/S - q)·s), q = (1 - 1/S)^(n-1)
//
// Shared: additions to one word are carried out one after the other. Striped:
// each CPU adds to one of S words, chosen at random and again after some
// additions, as goroutines come and go. With probability q no other CPU is on the
// same word. Otherwise an addition waits for those of the k others there, and
// costs (k+1)·s; 1 + (n-1)/S is the mean of k+1.
//
// # What it leaves out
//
// Transfers between sockets or clusters cost several times those between
// neighbours: shared and striped will do worse than the model on machines that
// have them. Two hardware threads of one core share its execution units: per CPU
// will do worse if they are counted as two CPUs. Moves is taken to be the same
// for any number of CPUs over one.
package model

import "math"

// Machine is what the model knows of a machine.
type Machine struct {
	Transfer float64 `json:"transfer_ns"`
	Moves    float64 `json:"moves"`
}

// CPUs are the numbers of CPUs that reports show.
var CPUs = []int{1, 2, 8, 64, 256}

// PerCPU returns the throughput of plain additions to a word for each CPU, in
// million operations per second.
func PerCPU(op float64, cpus int) float64 { return float64(cpus) / op * 1e3 }

// Shared returns the throughput of atomic additions to one word, in million
// operations per second.
func (m Machine) Shared(op float64, cpus int) float64 { return m.Striped(op, 1, cpus) }

// Striped returns the throughput of atomic additions to so many words, chosen
// at random, in million operations per second.
func (m Machine) Striped(op float64, stripes, cpus int) float64 {
	n, s := float64(cpus), float64(stripes)
	alone := math.Pow(1-1/s, n-1)
	contended := op + m.Moves*m.Transfer
	return n / (alone*op + (1+(n-1)/s-alone)*contended) * 1e3
}

// Stripes returns how many stripes libraries make for so many CPUs: the next
// power of two.
func Stripes(cpus int) int {
	n := 1
	for n < cpus {
		n *= 2
	}
	return n
}
