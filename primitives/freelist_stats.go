package primitives

// FreeListStats is what a FreeList has done and what it holds.
type FreeListStats struct {
	Backend string `json:"backend"` // of the stacks; "none" if there are none yet, "" before the first use
	Hits    uint64 `json:"hits"`    // Gets that this CPU's stack served
	Refills uint64 `json:"refills"` // Gets that the depot served, most of them with more for this CPU's stack
	Spills  uint64 `json:"spills"`  // Puts that found this CPU's stack full, and moved half of it to the depot
	Grows   uint64 `json:"grows"`   // slabs made
	Objects int    `json:"objects"` // made, in use or not
	Stacked int    `json:"stacked"` // on CPUs' stacks
	Depot   int    `json:"depot"`   // in the depot
}

func (c *core) stats() FreeListStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := FreeListStats{
		Refills: c.refills,
		Spills:  c.spills,
		Grows:   uint64(len(c.slabs)),
		Objects: c.objects,
		Depot:   len(c.depot),
	}
	switch {
	case c.stacks != nil:
		s.Backend, s.Hits, s.Stacked = c.stacks.name(), c.stacks.pops(), c.stacks.len()
	case c.state.Load() != listUnused:
		s.Backend = "none"
	}
	return s
}

func (c *core) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.depot)
	if c.stacks != nil {
		n += c.stacks.len()
	}
	return n
}
