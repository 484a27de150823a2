package peers

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/percpu-go/percpu/primitives"
)

// TestLimiterIsRates: with a burst too small for CPUs to hold tokens, a Limiter answers
// as x/time/rate's, whatever is asked.
func TestLimiterIsRates(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 0))
		r, burst := math.Exp(rng.Float64()*10-2), 1+rng.IntN(7)
		ours, theirs := primitives.NewLimiter(primitives.Limit(r), burst), rate.NewLimiter(rate.Limit(r), burst)
		now := time.Now()
		type pair struct {
			ours   *primitives.Reservation
			theirs *rate.Reservation
		}
		var reserved []pair
		for i := range 300 {
			now = now.Add(time.Duration(rng.ExpFloat64() / r * 1e9))
			n := 1 + rng.IntN(burst)
			switch rng.IntN(8) {
			case 0, 1, 2, 3:
				if a, b := ours.AllowN(now, n), theirs.AllowN(now, n); a != b {
					t.Fatalf("seed %d, call %d: AllowN(%d) %v, x/time/rate's %v", seed, i, n, a, b)
				}
			case 4:
				n += rng.IntN(2)
				p := pair{ours.ReserveN(now, n), theirs.ReserveN(now, n)}
				if p.ours.OK() != p.theirs.OK() || !near(p.ours.DelayFrom(now), p.theirs.DelayFrom(now)) {
					t.Fatalf("seed %d, call %d: ReserveN(%d) %v, %v, x/time/rate's %v, %v", seed, i, n, p.ours.OK(), p.ours.DelayFrom(now), p.theirs.OK(), p.theirs.DelayFrom(now))
				}
				reserved = append(reserved, p)
			case 5:
				if len(reserved) > 0 {
					p := reserved[len(reserved)-1]
					reserved = reserved[:len(reserved)-1]
					p.ours.CancelAt(now)
					p.theirs.CancelAt(now)
				}
			case 6:
				if rng.IntN(4) == 0 {
					r = math.Exp(rng.Float64()*10 - 2)
					ours.SetLimitAt(now, primitives.Limit(r))
					theirs.SetLimitAt(now, rate.Limit(r))
				}
			case 7:
				if a, b := ours.TokensAt(now), theirs.TokensAt(now); math.Abs(a-b) > 1e-3 {
					t.Fatalf("seed %d, call %d: %v tokens, x/time/rate's %v", seed, i, a, b)
				}
			}
		}
	}
}

func near(a, b time.Duration) bool { return (a - b).Abs() < time.Microsecond }
