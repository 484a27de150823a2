package alltypes

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/percpu-go/percpu/primitives"
)

// What is used for as long as it is there: Ref, Gate, Sections; and parts.

func useRef(r *primitives.Ref) error {
	var refused atomic.Int64
	together(func() {
		if !r.TryGet() {
			refused.Add(1)
			return
		}
		r.Get()
		r.Put()
		r.Put()
	})
	zeros := 0
	r.TryGet()
	r.Kill(func() { zeros++ })
	early := zeros
	r.Put()
	return errors.Join(
		want("Ref.TryGet, refused", refused.Load(), 0),
		want("Ref, onZero before the last Put", early, 0),
		want("Ref, onZero", zeros, 1),
		want("Ref.TryGet after Kill", r.TryGet(), false),
	)
}

func useGate(g *primitives.Gate) error {
	var work atomic.Int64
	together(func() { g.Go(func() { work.Add(1) }) })
	return errors.Join(
		g.Close(context.Background()),
		want("Gate.Go", work.Load(), threads*each),
		want("Gate.Len", g.Len(), 0),
		want("Gate.Enter after Close", g.Enter(), false),
	)
}

func useSections(s *primitives.Sections) error {
	together(func() {
		section := s.Enter()
		s.Leave(s.Enter())
		s.Leave(section)
	})
	done, cancel := context.WithCancel(context.Background())
	cancel()
	section := s.Enter()
	var errs []error
	if s.Synchronize(done) == nil {
		errs = append(errs, errors.New("Sections.Synchronize did not wait for an open section"))
	}
	s.Leave(section)
	return errors.Join(append(errs, s.Synchronize(context.Background()))...)
}

type tally struct{ n, twice atomic.Int64 }

func useSharded(s *primitives.Sharded[tally]) error {
	together(func() {
		here := s.Here()
		here.n.Add(1)
		here.twice.Add(2)
	})
	var n, twice int64
	for t := range s.All() {
		n += t.n.Load()
		twice += t.twice.Load()
	}
	return errors.Join(
		want("Sharded, sum", n, threads*each),
		want("Sharded, other sum", twice, 2*threads*each),
	)
}

func useCheckout(c *primitives.Checkout[object]) error {
	together(func() {
		o := c.Get()
		o.words[0]++
		c.Put(o)
	})
	sum := 0
	err := c.Each(func(o *object) { sum += o.words[0] })
	return errors.Join(err, want("Checkout, sum", sum, threads*each))
}
