package main

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Sizes of charts. They are as narrow as a phone, so that what is written in them can
// be read there.
const (
	chartWidth  = 12 * vg.Centimeter
	chartHeight = 7.5 * vg.Centimeter // of the lines, without legend
	legendLine  = 10.5                // points for each name in a legend
)

// fontFamily is what text is drawn in. Liberation Sans, by whose metrics it is
// placed, is not on every machine; the others are as wide or nearly so.
const fontFamily = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"

func init() {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	plotter.DefaultFont = plot.DefaultFont
}

// series is a line of a chart.
type series struct {
	name     string
	look     look
	measured plotter.XYs
	computed plotter.XYs // by the model: dashed, where the measured points are not joined
}

// plotters returns what draws the series.
func (s series) plotters() (ps []plot.Plotter, thumbs []plot.Thumbnailer, err error) {
	xys := s.measured
	if s.computed != nil {
		xys = s.computed
	}
	line, err := plotter.NewLine(xys)
	if err != nil {
		return nil, nil, err
	}
	line.Color, line.Width = s.look.color, s.look.width
	if s.computed != nil {
		line.Dashes = []vg.Length{vg.Points(5), vg.Points(4)}
	}
	ps, thumbs = []plot.Plotter{line}, []plot.Thumbnailer{line}
	if s.measured != nil {
		points, err := plotter.NewScatter(s.measured)
		if err != nil {
			return nil, nil, err
		}
		points.Color, points.Shape, points.Radius = s.look.color, s.look.shape, vg.Points(4)
		ps, thumbs = append(ps, points), append(thumbs, points)
	}
	return ps, thumbs, nil
}

// last returns where the line ends.
func (s series) last() float64 {
	if s.computed != nil {
		return s.computed[len(s.computed)-1].Y
	}
	return s.measured[len(s.measured)-1].Y
}

// lineChart draws lines against a number of threads or CPUs, both axes
// logarithmic, with the legend below the lines, in the order in which they end.
func lineChart(x, y string, at []int, lines []series) (string, error) {
	slices.SortStableFunc(lines, func(a, b series) int { return cmp.Compare(b.last(), a.last()) })
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, y
	small(p)
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticksAt(at), logTicks{}
	p.X.Padding, p.Y.Padding = vg.Points(8), vg.Points(8)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridColor, gridColor
	p.Add(grid)
	legend := plot.NewLegend()
	legend.Top, legend.Left = true, true
	legend.Padding = vg.Points(2)
	legend.ThumbnailWidth = vg.Points(26)
	legend.TextStyle.Font.Size = textSize
	for _, s := range lines {
		plotters, thumbs, err := s.plotters()
		if err != nil {
			return "", err
		}
		p.Add(plotters...)
		legend.Add(s.name, thumbs...)
	}
	widen(&p.X)
	widen(&p.Y)
	room := vg.Points(legendLine*float64(len(lines)) + 8)
	return drawSVG(chartHeight+room, func(c draw.Canvas) {
		p.Draw(draw.Crop(c, vg.Points(2), -vg.Points(10), room, -vg.Points(4)))
		legend.Draw(draw.Crop(c, vg.Points(30), 0, 0, room-chartHeight-room))
	})
}

const textSize = 9

// small sets a plot's texts in the size that fits, on the page's own ground.
func small(p *plot.Plot) {
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font.Size = textSize + 1
		a.Tick.Label.Font.Size = textSize
	}
}

// widen makes a range of one value one that a logarithmic axis can have.
func widen(a *plot.Axis) {
	if a.Min >= a.Max {
		a.Min, a.Max = a.Min/2, a.Max*2
	}
}

// drawSVG returns what f draws, as an element that an HTML page can contain.
func drawSVG(height vg.Length, f func(draw.Canvas)) (string, error) {
	c := vgsvg.New(chartWidth, height)
	f(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	svg := b.String()
	svg = strings.ReplaceAll(svg[strings.Index(svg, "<svg"):], "font-family:Liberation Sans;", fontFamily)
	return strings.Replace(svg, "<svg ", `<svg fill="#000000" `, 1), nil // what says no colour has the texts'
}
