package main

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/percpu-go/percpu/bench/peers"
)

// look is how a row is drawn, the same in all charts.
type look struct {
	color color.Color
	width vg.Length
	shape draw.GlyphDrawer
}

// Colours of bars, and of lines that are no peers'. Those take theirs from a
// palette that colour-blind people can tell apart.
var (
	oursColor  = color.RGBA{0x00, 0x5f, 0xb0, 0xff}
	ours2Color = color.RGBA{0x56, 0xb4, 0xe9, 0xff}
	limitColor = color.RGBA{0x9a, 0x9a, 0x9a, 0xff}
	cColor     = color.RGBA{0x30, 0x30, 0x30, 0xff}
	peerColor  = color.RGBA{0xe0, 0x8a, 0x1e, 0xff}
	lossColor  = color.RGBA{0xc0, 0x1c, 0x28, 0xff}
	gridColor  = color.RGBA{0xe6, 0xe6, 0xe6, 0xff}
)

var palette = []color.Color{
	color.RGBA{0xd5, 0x5e, 0x00, 0xff}, color.RGBA{0x00, 0x9e, 0x73, 0xff}, color.RGBA{0xcc, 0x79, 0xa7, 0xff},
	color.RGBA{0xe6, 0x9f, 0x00, 0xff}, color.RGBA{0x7a, 0x4f, 0x2a, 0xff}, color.RGBA{0xb0, 0x30, 0x60, 0xff},
	color.RGBA{0x6a, 0x3d, 0x9a, 0xff},
}

var shapes = []draw.GlyphDrawer{
	draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.PyramidGlyph{}, draw.BoxGlyph{}, draw.CrossGlyph{}, draw.PlusGlyph{}, draw.RingGlyph{},
}

// peerOrder decides which peer has which colour.
var peerOrder = []string{
	peers.AtomicInt64, peers.ProcPinAdd, peers.XsyncCounter, peers.Prometheus, peers.Victoria, peers.MutexFloat, peers.CASFloat,
}

// lookOf returns the look of a row; i is its number among the lines of its chart.
func lookOf(name string, role peers.Role, i int) look {
	l := look{cColor, vg.Points(1.5), shapes[i%len(shapes)]}
	switch {
	case role == peers.Ours:
		l = look{ours2Color, vg.Points(3), draw.CircleGlyph{}}
		if name == peers.PercpuRseq {
			l.color = oursColor
		}
	case role == peers.Limit:
		l.color = limitColor
	case role == peers.Peer:
		i := max(0, slices.Index(peerOrder, name))
		l.color, l.shape = palette[i%len(palette)], shapes[i%len(shapes)]
	}
	return l
}
