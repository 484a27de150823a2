package primitives

import (
	"slices"
	"testing"
)

// TestVecChains: series whose hashes are the same are told apart by their values, and
// deleted from every place of their chain.
func TestVecChains(t *testing.T) {
	for gone := range 3 {
		var v vec[Counter]
		v.start("CounterVec", []string{"l"}, options{}, nil)
		v.with([]string{"a"})
		h := hashOfAll(*v.seed.Load(), []string{"a"})
		a, _ := v.series.Load(h)
		// as if b and c had a's hash
		b, c := &series[Counter]{values: []string{"b"}}, &series[Counter]{values: []string{"c"}}
		a.next.Store(b)
		b.next.Store(c)
		all := []*series[Counter]{a, b, c}
		for _, s := range all {
			if a.find(s.values) != s {
				t.Errorf("%v is not found", s.values)
			}
		}
		v.cut(h, a, all[gone])
		chain, _ := v.series.Load(h)
		var left []string
		v.each(func(values []string, _ *Counter) bool {
			left = append(left, values[0])
			return true
		})
		want := slices.Delete([]string{"a", "b", "c"}, gone, gone+1)
		if !slices.Equal(left, want) || chain.find(all[gone].values) != nil {
			t.Errorf("without %v: %v", all[gone].values, left)
		}
		n := 0
		v.each(func([]string, *Counter) bool { n++; return false })
		if n != 1 {
			t.Errorf("Range went on, %d calls", n)
		}
	}
}
