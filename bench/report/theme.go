package main

import (
	"fmt"
	"strings"
)

// shade is a colour that charts are drawn in, and what it is on a dark page. Colours
// that can be seen on both have none.
type shade struct{ name, drawn, light, dark string }

var shades = []shade{
	{"text", "#000000", "#1f2328", "#e6edf3"},
	{"grid", "#E6E6E6", "#dde1e6", "#333a42"},
	{"ours", "#005FB0", "#005fb0", "#58a6ff"},
	{"ours2", "#56B4E9", "#56b4e9", "#a5d6ff"},
	{"c", "#303030", "#303030", "#c0c4c9"},
	{"loss", "#C01C28", "#c01c28", "#ff7b72"},
	{"brown", "#7A4F2A", "#7a4f2a", "#c69a6d"},
	{"wine", "#B03060", "#b03060", "#f08bb0"},
	{"violet", "#6A3D9A", "#6a3d9a", "#b392f0"},
}

// recolour replaces the colours of a drawing.
func recolour(svg string, to func(shade) string) string {
	var pairs []string
	for _, s := range shades {
		pairs = append(pairs, s.drawn, to(s))
	}
	return strings.NewReplacer(pairs...).Replace(svg)
}

// forPage makes a drawing's colours those of the page that it stands in.
func forPage(svg string) string {
	return recolour(svg, func(s shade) string { return "var(--" + s.name + ")" })
}

// variables are the colours' values as a style sheet has them.
func variables(dark bool) string {
	var b strings.Builder
	for _, s := range shades {
		value := s.light
		if dark {
			value = s.dark
		}
		fmt.Fprintf(&b, "--%s: %s; ", s.name, value)
	}
	return b.String()
}
