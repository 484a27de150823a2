package debug

import "github.com/percpu-go/percpu/primitives"

// FreeList is a *primitives.FreeList of any type.
type FreeList interface {
	Stats() primitives.FreeListStats
}

// FreeList shows how many objects l has made and where they are, and what its Gets and
// Puts have cost it.
func (p *Page) FreeList(name string, l FreeList) {
	p.add(name, func() value {
		s := l.Stats()
		v := value{Kind: "FreeList", Value: whole(int64(s.Objects))}
		add := func(what string, n int64) { v.Series = append(v.Series, series{[]string{what}, whole(n)}) }
		add("in use", int64(max(0, s.Objects-s.Stacked-s.Depot))) // which were not counted at one moment
		add("on CPUs' stacks", int64(s.Stacked))
		add("in the depot", int64(s.Depot))
		add("Gets served by a stack", int64(s.Hits))
		add("Gets served by the depot", int64(s.Refills))
		add("Puts that found a stack full", int64(s.Spills))
		add("slabs made", int64(s.Grows))
		switch s.Backend {
		case "":
			v.Note = "not used yet"
		case "none":
			v.Note = "without stacks so far: the depot serves alone, with a lock"
		}
		return v
	})
}
