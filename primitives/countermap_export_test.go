package primitives

// Form says what the key's entry is: "" if there is none, cold, guarded, swept or
// closed.
func (c *CounterMap[K]) Form(key K) string {
	n := c.find(key)
	if n == nil {
		return ""
	}
	h := n.hot.Load()
	switch {
	case n.word.Load()&open == 0 || h == neverHot:
		return "closed"
	case h == nil:
		return "cold"
	case h.swept:
		return "swept"
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

// AddLate adds to a key's swept parts as one does who has found them open, and then
// was held up while something else was done.
func (c *CounterMap[K]) AddLate(key K, delta int64, meanwhile func()) {
	h := c.find(key).hot.Load()
	meanwhile()
	h.addThenLook(delta)
}

// BeforeAgain has something done before what a key's parts refuse, or what has been
// swept from them, is added elsewhere.
func (c *CounterMap[K]) BeforeAgain(key K, do func()) {
	h := c.find(key).hot.Load()
	h.owner = before{do, h.owner}
}

type before struct {
	do func()
	adder
}

func (b before) again(delta int64) {
	b.do()
	b.adder.again(delta)
}

// Shut closes the guard of a hot key's parts, as a Reset does that has still to come
// to the key.
func (c *CounterMap[K]) Shut(key K) { c.find(key).shut(newFence()) }
