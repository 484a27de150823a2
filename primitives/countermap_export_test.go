package primitives

// Form says what the key's entry is: "" if there is none, cold, wide, guarded,
// words or closed.
func (c *CounterMap[K]) Form(key K) string {
	e := c.find(key)
	if e == nil {
		return ""
	}
	h := e.hot.Load()
	switch {
	case h == nil:
		return "cold"
	case h == neverHot:
		return "closed"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return "closed"
	case e.word.Load() == sealed:
		return "wide"
	case h.words != nil:
		return "words"
	}
	return "guarded"
}

// MakeHot makes a key's entry hot, as two CPUs that meet there do, if the backend
// can.
func (c *CounterMap[K]) MakeHot(key K) {
	if h := c.heat.newHot(true); h != nil {
		h.owner = &keyOwner[K]{c, key}
		c.find(key).hot.CompareAndSwap(nil, h)
	}
}

// HotAfter is about how many additions make an entry hot.
const HotAfter = hotAfter

// Reserved returns how many keys there is room taken for: before a key comes, and
// until it has gone.
func (c *CounterMap[K]) Reserved() int { return int(c.keys.Load()) }
