package main

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/percpu-go/percpu/bench"
)

// bar is a row of a bar chart.
type bar struct {
	name  string
	color color.Color
	row   *bench.Row
}

// barChart draws the median costs as bars, the lowest on top, and a line from
// the minimum to the 90th percentile of rounds.
func barChart(x string, bars []bar) (string, error) {
	slices.SortStableFunc(bars, func(a, b bar) int { // from the bottom to the top
		switch {
		case a.row.Median > b.row.Median:
			return -1
		case a.row.Median < b.row.Median:
			return 1
		}
		return 0
	})
	p := plot.New()
	p.X.Label.Text = x
	small(p)
	p.X.Min = 0
	spread := spreads{}
	names, labels := []string{}, plotter.XYLabels{}
	widest := 0.0
	for i, b := range bars {
		chart, err := plotter.NewBarChart(plotter.Values{b.row.Median}, vg.Points(12))
		if err != nil {
			return "", err
		}
		chart.Horizontal = true
		chart.XMin = float64(i)
		chart.Color = b.color
		chart.LineStyle.Width = 0
		p.Add(chart)
		p90 := percentile(b.row.Costs, 0.9)
		spread.add(b.row.Median, float64(i), b.row.Median-b.row.Min, p90-b.row.Median)
		names = append(names, b.name+"    ") // room, where a wider font is used
		labels.XYs = append(labels.XYs, plotter.XY{X: max(p90, b.row.Median), Y: float64(i)})
		labels.Labels = append(labels.Labels, fmt.Sprintf("%.2f", b.row.Median))
		widest = max(widest, p90)
	}
	errors, err := plotter.NewXErrorBars(spread)
	if err != nil {
		return "", err
	}
	errors.Width = vg.Points(1)
	text, err := plotter.NewLabels(labels)
	if err != nil {
		return "", err
	}
	for i := range text.TextStyle {
		text.TextStyle[i].Font.Size = textSize
	}
	text.Offset = vg.Point{X: vg.Points(5), Y: -vg.Points(3.5)}
	p.Add(errors, text)
	p.NominalY(names...)
	p.X.Max = widest * 1.2
	height := vg.Points(17*float64(len(bars)) + 50)
	return drawSVG(height, func(c draw.Canvas) { p.Draw(draw.Crop(c, vg.Points(4), -vg.Points(8), 0, -vg.Points(4))) })
}

// spreads is what plotter.NewXErrorBars wants.
type spreads struct {
	plotter.XYs
	plotter.XErrors
}

func (s *spreads) add(x, y, below, above float64) {
	s.XYs = append(s.XYs, plotter.XY{X: x, Y: y})
	s.XErrors = append(s.XErrors, struct{ Low, High float64 }{-below, above})
}

// percentile returns the value that a share of xs doesn't exceed.
func percentile(xs []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
