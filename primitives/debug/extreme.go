package debug

import "github.com/percpu-go/percpu/primitives"

// Max shows the largest number that m has seen since its last Reset.
func (p *Page) Max(name string, m *primitives.Max) { p.addExtreme(name, "Max", m.Load) }

// Min shows the smallest number that m has seen since its last Reset.
func (p *Page) Min(name string, m *primitives.Min) { p.addExtreme(name, "Min", m.Load) }

func (p *Page) addExtreme(name, kind string, load func() (float64, bool)) {
	p.add(name, func() value {
		v := value{Kind: kind}
		if x, ok := load(); ok {
			v.Value = floating(x)
		} else {
			v.Nothing = true
		}
		return v
	})
}
