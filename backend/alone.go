package backend

import (
	"time"

	"github.com/percpu-go/percpu/asm"
)

// A cell of a memory with LeafHint begins alone: without slots, all of it in the word
// local, because an atomic addition at a known address is as cheap as it gets, and
// one slot is of use to nobody but those who share it. Leaves go on there as long as
// they find who was there before. Another one is a meeting; when there have been
// some, at short distances, the cell gets its slots, for good.

const (
	enoughMeetings = 16
	meetingUnit    = 14 // binary logarithm of ns
	meetingsApart  = 64 // units: about a millisecond, in which who contends comes thousands of times
)

// staysAlone reports whether the cell is alone, and remains so, for an addition that
// a leaf has not made: then it belongs to local. It counts meetings.
func (c *Cell) staysAlone() bool {
	for {
		word := c.word.Load()
		last, meetings, when, alone := asm.Word(word).Alone()
		if !alone {
			return false
		}
		hint, now := asm.AloneHint(), uint32(time.Now().UnixNano()>>meetingUnit)
		if hint == last {
			return true
		}
		met := asm.AloneWord(hint, meetings+1, now)
		_, _, now, _ = met.Alone()
		switch {
		case (now-when)&(1<<20-1) > meetingsApart:
			met = asm.AloneWord(hint, 1, now)
		case meetings == enoughMeetings:
			return !c.turn()
		}
		if c.word.CompareAndSwap(word, int64(met)) {
			return true
		}
	}
}

// turn gives a cell that is alone its slots, and reports whether it has them. Without
// memory it is never tried again.
func (c *Cell) turn() bool {
	attaching.Lock()
	defer attaching.Unlock()
	if _, _, _, alone := asm.Word(c.word.Load()).Alone(); alone {
		word, lease, err := c.lease.Load().memory.alloc()
		if err != nil {
			c.word.Store(int64(asm.NoWord))
			return false
		}
		c.lease.Store(lease)
		c.word.Store(int64(word))
	}
	return asm.Word(c.word.Load()).Slot0() != 0
}
