// Package peers is what package percpu is compared with: other libraries'
// types and what people write by hand, with loops that package bench can time,
// and the targets that this module sets itself.
//
// Command targets judges the targets; module bench/report makes pictures of the
// same rows. Both are modules of their own, so that what they need is in nobody's
// module graph.
//
// # Roles
//
// A row is of ours (package percpu on a backend), of a peer, or of a limit. Limits
// are no counters that one could use: words that only one thread adds to, or that
// can't be read without a data race. They say what the machine can do.
//
// # Left out
//
// bytedance/gopkg has a counter for each P (package circuitbreaker), which is not
// exported and is what row procPin+atomic does. Counters of OpenTelemetry look
// attributes up with each addition and are compared with a map, not a counter.
package peers
