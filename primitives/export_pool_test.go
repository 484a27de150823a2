package primitives

// NewPoolOn returns a Pool that is made of stacks on the backend of the option,
// whatever that is.
func NewPoolOn(opt Option) *Pool {
	p := new(Pool)
	p.attach(collect([]Option{opt}).backend)
	return p
}

// RaceEnabled says whether the race detector watches.
const RaceEnabled = raceEnabled
