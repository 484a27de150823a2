package primitives

// A Min is the smallest of the float64s that many goroutines have seen. All that is
// said of Max holds for it.
type Min struct{ max Max }

// NewMin returns a Min that has seen nothing.
func NewMin(opts ...Option) *Min {
	m := new(Min)
	if b := collect(opts).backend; b != nil {
		m.max.attach(b)
	}
	return m
}

// Observe makes v the smallest number, if it is.
func (m *Min) Observe(v float64) { m.max.Observe(-v) }

// Load returns the smallest number since the last Reset, or false if there was none,
// as Max.Load.
func (m *Min) Load() (smallest float64, ok bool) {
	v, ok := m.max.Load()
	return 0 - v, ok
}

// Reset returns what Load does, and forgets it, as Max.Reset.
func (m *Min) Reset() (smallest float64, ok bool) {
	v, ok := m.max.Reset()
	return 0 - v, ok
}
