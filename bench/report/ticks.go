package main

import (
	"strconv"

	"gonum.org/v1/plot"
)

// ticksAt has ticks where something was measured or computed.
type ticksAt []int

func (t ticksAt) Ticks(_, _ float64) (ticks []plot.Tick) {
	for _, n := range t {
		ticks = append(ticks, plot.Tick{Value: float64(n), Label: strconv.Itoa(n)})
	}
	return ticks
}

// logTicks has ticks at 1, 2 and 5 times powers of ten.
type logTicks struct{}

func (logTicks) Ticks(low, high float64) (ticks []plot.Tick) {
	for decade := 1e-3; decade <= high; decade *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if v := m * decade; v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 6, 64)})
			}
		}
	}
	return ticks
}
