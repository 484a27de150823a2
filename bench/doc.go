// Package bench measures package percpu: Go benchmarks of every type, and a
// harness that compares implementations on threads that are proven to run
// on CPUs of their own. Nested module peers uses it to compare with other
// libraries and with the targets that this module sets itself; see README.md.
//
// # Terminology
//
//   - window: a few milliseconds in which one implementation runs on one number
//     of threads.
//   - round: one window of each implementation on each number of threads.
//   - cost: nanoseconds per operation and thread. Throughput is the number of
//     threads over the cost.
//
// # What Compare does about noise
//
// On a shared machine the conditions change from one second to the next, and
// Go's scheduler may run two goroutines on one CPU, where a shared atomic word
// looks free. Therefore:
//
//   - Windows are short and interleaved, A B C A B C: what happens to one
//     implementation happens to the others. Ratios are taken within a round,
//     then the median over rounds; beside it stands the ratio of the minima:
//     what both do when nothing disturbs them.
//   - Every worker is locked to a thread, and the thread pinned to a CPU. That
//     it was there is read from the kernel before and after each window.
//   - A window is rejected and measured again if one of its threads waited for its
//     CPU, by the kernel's account (run delay in schedstat, sched-stats.rst), or
//     mostly looked at the clock.
//   - All threads of a window run until the last has finished measuring, so that
//     none ends in quiet.
//   - The garbage collector is off.
//
// Not controlled: time that a hypervisor gives to others, what other programs
// do to shared caches, and the placement of code, which for operations of a few
// cycles can matter as much as what they do. All loops have the same form, one
// statement in a range over an integer, and the peers command can repeat the
// comparison under several layouts by the linker.
package bench
