package primitives

// OldLayouts returns how many layouts of an ExpHistogram have not been folded yet.
func (h *ExpHistogram) OldLayouts() (n int) {
	for _, s := range []*expSide{&h.positive, &h.negative} {
		s.mu.Lock()
		n += len(s.old)
		s.mu.Unlock()
	}
	return n
}
