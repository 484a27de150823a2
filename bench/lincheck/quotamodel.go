package lincheck

import (
	"fmt"
	"math/rand/v2"

	"github.com/anishathalye/porcupine"
)

// Quota is what bounds how much is out at once.
type Quota interface {
	TryTake(n int64) bool
	Put(n int64)
}

// quotaCall takes n, or puts back what its thread took last.
type quotaCall struct {
	thread int
	take   int64 // 0: put
}

// quotaResult is what was put, or whether it was taken.
type quotaResult struct {
	ok  bool
	put int64
}

// quotaModel is exact: what is out is never more than limit, and a take fails only if
// there was too little.
func quotaModel(limit int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return int64(0) },
		Step: func(state, input, output any) (bool, any) {
			in, res, out := input.(quotaCall), output.(quotaResult), state.(int64)
			switch {
			case in.take == 0:
				return res.put <= out, out - res.put
			case res.ok:
				return out+in.take <= limit, out + in.take
			}
			return out+in.take > limit, out
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
	}
}

// QuotaScenario has threads take, and put back, a little less often.
func QuotaScenario(threads, calls int, limit int64, fresh func() Quota) Scenario {
	return Scenario{
		Model:   quotaModel(limit),
		Threads: threads,
		New: func() func(any) any {
			q, held := fresh(), make([][]int64, threads)
			return func(input any) any {
				in := input.(quotaCall)
				mine := &held[in.thread]
				switch {
				case in.take > 0:
					ok := q.TryTake(in.take)
					if ok {
						*mine = append(*mine, in.take)
					}
					return quotaResult{ok: ok}
				case len(*mine) == 0:
					return quotaResult{}
				}
				n := (*mine)[len(*mine)-1]
				*mine = (*mine)[:len(*mine)-1]
				q.Put(n)
				return quotaResult{put: n}
			}
		},
		Inputs: func(rng *rand.Rand, thread int) (inputs []any) {
			for range calls {
				in := quotaCall{thread: thread}
				if rng.IntN(5) < 3 {
					in.take = 1 + rng.Int64N(max(limit/2, 1))
				}
				inputs = append(inputs, in)
			}
			return inputs
		},
	}
}
