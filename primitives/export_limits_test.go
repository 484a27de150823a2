package primitives

import (
	"runtime"

	"github.com/percpu-go/percpu/backend"
)

// IDsBehind is how far an ID may be behind another that was there before.
func IDsBehind() int64 { return int64(2*blocksBehind()+1) * backend.BlockLen }

// PassBlocks takes n blocks of IDs away.
func PassBlocks(ids *IDs, n uint64) { ids.forget(ids.given.Add(n)) }

// QuotaSpread reports whether CPUs may hold tokens.
func QuotaSpread(q *Quota) bool { return q.free.Load()&purseMayHold != 0 }

// Takes reports whether the backend of an option has sections that take.
func Takes(o Option) bool { return takes(collect([]Option{o}).backend) }

// SlotsOf returns the most parts that something with that option may have.
func SlotsOf(o Option) int {
	return max(collect([]Option{o}).backend.Memory().Geometry().Slots, 8*runtime.NumCPU())
}

// LimiterSpread reports whether CPUs may hold tokens.
func LimiterSpread(l *Limiter) bool { return l.purse.state == purseOpen }
