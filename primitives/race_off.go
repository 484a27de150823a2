//go:build !race

package primitives

// raceEnabled says whether the race detector watches.
const raceEnabled = false

func raceDisable() {}
func raceEnable()  {}

type raceEdge struct{}

func (*raceEdge) acquire()      {}
func (*raceEdge) release()      {}
func (*raceEdge) releaseMerge() {}
