package lincheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// illegalError is a history that is not linearizable.
type illegalError struct {
	model   porcupine.Model
	history []porcupine.Operation
	index   int
}

// Error lists the calls in the order in which they began.
func (e *illegalError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "history %d is not linearizable:\n", e.index)
	ops := slices.SortedFunc(slices.Values(e.history), func(x, y porcupine.Operation) int { return cmp.Compare(x.Call, y.Call) })
	for _, op := range ops {
		fmt.Fprintf(&b, "\tthread %d, %6d to %6d: %s\n", op.ClientId, op.Call-ops[0].Call, op.Return-ops[0].Call,
			e.model.DescribeOperation(op.Input, op.Output))
	}
	return b.String()
}

// overlapping counts the calls that were under way while one of another thread
// was.
func overlapping(history []porcupine.Operation) (n int) {
	for i, a := range history {
		if slices.ContainsFunc(history[:i], func(b porcupine.Operation) bool { return overlap(a, b) }) ||
			slices.ContainsFunc(history[i+1:], func(b porcupine.Operation) bool { return overlap(a, b) }) {
			n++
		}
	}
	return n
}

func overlap(a, b porcupine.Operation) bool {
	return a.ClientId != b.ClientId && a.Call <= b.Return && b.Call <= a.Return
}
