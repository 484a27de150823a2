package debug

import (
	"fmt"
	"strings"

	"github.com/percpu-go/percpu/primitives"
)

// strip is a heat strip: a square for each slot, the darker the more it has.
type strip struct {
	Width, Height int // of all, in units of the squares'
	Squares       []square
	Off           string // says how much is in no slot of a CPU, if anything is
}

type square struct {
	X, Y    int
	Class   string // of what kind of slot
	Opacity string
	Title   string
}

const (
	side   = 18 // of a square, with its gap
	across = 32 // squares
)

// newStrip draws what slots have, slots being the number of those of CPUs.
func newStrip(parts []slot, slots int) *strip {
	if len(parts) == 0 {
		return nil
	}
	most, sum := 0.0, 0.0
	used := 0 // slots of CPUs up to the last that has something
	for _, p := range parts {
		most, sum = max(most, p.Value.size()), sum+p.Value.size()
		if p.Slot < slots {
			used = max(used, p.Slot+1)
		}
	}
	s := new(strip)
	overflow, elsewhere := 0.0, 0.0
	draw := func(class, name string, v *number) {
		opacity, share := 0.0, 0.0
		if v == nil {
			v = whole(0)
		} else if most > 0 {
			opacity, share = 0.15+0.85*v.size()/most, 100*(v.size()/sum)
		}
		n := len(s.Squares)
		s.Squares = append(s.Squares, square{
			X: n % across * side, Y: n / across * side, Class: class,
			Opacity: fmt.Sprintf("%.2f", opacity), Title: fmt.Sprintf("%s: %v, %.1f %%", name, v, share),
		})
	}
	at := make(map[int]*number, len(parts))
	for _, p := range parts {
		at[p.Slot] = p.Value
	}
	for i := range used {
		draw("slot", fmt.Sprint("slot ", i), at[i])
	}
	for _, p := range parts {
		if p.Slot >= slots {
			overflow += p.Value.size()
			draw("overflow", fmt.Sprint("overflow slot ", p.Slot-slots), p.Value)
		}
	}
	if v := at[primitives.Elsewhere]; v != nil {
		elsewhere = v.size()
		draw("elsewhere", "in no slot", v)
	}
	var off []string
	for _, part := range []struct {
		size float64
		in   string
	}{{overflow, "on overflow slots"}, {elsewhere, "in no slot"}} {
		if part.size > 0 {
			share := fmt.Sprintf("%.1f", 100*(part.size/sum))
			if share == "0.0" {
				share = "less than 0.1"
			}
			off = append(off, share+" % "+part.in)
		}
	}
	s.Off = strings.Join(off, ", ")
	s.Width = min(len(s.Squares), across) * side
	s.Height = (len(s.Squares) + across - 1) / across * side
	return s
}
