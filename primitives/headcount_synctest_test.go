//go:build go1.25

package primitives_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// TestGateInBubble: the bubble's time goes on while Close waits, for those inside and
// for its own context; nothing of it is left when the bubble ends.
func TestGateInBubble(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		synctest.Test(t, func(t *testing.T) {
			g := primitives.NewGate(opt)
			if turned {
				g.Eager()
			}
			began := time.Now()
			for i := range 5 {
				g.Go(func() { time.Sleep(time.Duration(i) * time.Hour) })
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
			defer cancel()
			if err := g.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 30*time.Minute {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			var returned atomic.Bool
			go func() {
				if err := g.Close(context.Background()); err != nil {
					t.Error(err)
				}
				returned.Store(true)
			}()
			synctest.Wait() // for Close to wait, not to end
			if returned.Load() {
				t.Error("Close returned too early")
			}
			if err := g.Close(context.Background()); err != nil || time.Since(began) != 4*time.Hour {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		})
	})
}

func TestSectionsInBubble(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		s := primitives.NewSections(opt) // is used inside and outside, one after the other
		for range 2 {
			synctest.Test(t, func(t *testing.T) {
				if turned {
					s.Eager()
				}
				began := time.Now()
				section := s.Enter()
				go func() {
					time.Sleep(time.Hour)
					s.Leave(section)
				}()
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				defer cancel()
				if err := s.Synchronize(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				for range 3 { // one works, the others wait for it
					go func() {
						if err := s.Synchronize(context.Background()); err != nil {
							t.Error(err)
						}
					}()
				}
				if err := s.Synchronize(context.Background()); err != nil || time.Since(began) != time.Hour {
					t.Errorf("%v after %v", err, time.Since(began))
				}
			})
			s.Leave(s.Enter())
			if err := s.Synchronize(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestRefAcrossBubbles: nobody waits for a Ref, so it may be used everywhere at once.
func TestRefAcrossBubbles(t *testing.T) {
	eachState(t, func(t *testing.T, opt primitives.Option, turned bool) {
		r := primitives.NewRef(opt)
		if turned {
			turnRef(t, r, opt)
		}
		r.TryGet()
		zero := false
		synctest.Test(t, func(t *testing.T) {
			r.TryGet()
			r.Kill(func() { zero = true })
			r.Put()
		})
		if r.Put(); !zero {
			t.Error("onZero was not called")
		}
	})
}
