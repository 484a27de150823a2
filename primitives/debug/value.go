package debug

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/percpu-go/percpu/primitives"
)

// value is what a value was at when it was read. What a kind has not is left out.
type value struct {
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`
	Value     *number    `json:"value,omitempty"`
	Nothing   bool       `json:"nothing,omitempty"` // was seen: there is no value
	Slots     []slot     `json:"slots,omitempty"`
	Series    []series   `json:"series,omitempty"`
	More      int        `json:"more,omitempty"` // series that are not in Series
	Note      string     `json:"note,omitempty"`
	Histogram *histogram `json:"histogram,omitempty"`
}

// number is an int64 or a float64.
type number struct {
	whole   int64
	float   float64
	isFloat bool
}

func whole(n int64) *number      { return &number{whole: n} }
func floating(x float64) *number { return &number{float: x, isFloat: true} }

// largest is a size of which many can be added.
const largest = math.MaxFloat64 / (1 << 20)

// size is its distance from zero, or largest if that is more or not a number.
func (n *number) size() float64 {
	switch {
	case n.isFloat && math.IsNaN(n.float):
		return largest
	case n.isFloat:
		return min(math.Abs(n.float), largest)
	}
	return math.Abs(float64(n.whole))
}

func (n *number) String() string {
	if n.isFloat {
		return float(n.float)
	}
	return count(n.whole)
}

// MarshalJSON returns a number, or a string for a float64 that JSON has no number for.
func (n *number) MarshalJSON() ([]byte, error) {
	switch {
	case !n.isFloat:
		return json.Marshal(n.whole)
	case math.IsNaN(n.float) || math.IsInf(n.float, 0):
		return json.Marshal(strconv.FormatFloat(n.float, 'g', -1, 64))
	}
	return json.Marshal(n.float)
}

// slot is what one slot has.
type slot struct {
	Slot  int     `json:"slot"` // primitives.Elsewhere, -1, for none
	Value *number `json:"value"`
}

// series is a key of a map or a child of a vector.
type series struct {
	Labels []string `json:"labels"`
	Value  *number  `json:"value"`
}

// Counter shows c.
func (p *Page) Counter(name string, c *primitives.Counter) {
	p.add(name, func() value {
		v := value{Kind: "Counter", Value: whole(c.Load())}
		for s, n := range c.Slots() {
			v.Slots = append(v.Slots, slot{s, whole(n)})
		}
		return v
	})
}

// FloatCounter shows c.
func (p *Page) FloatCounter(name string, c *primitives.FloatCounter) {
	p.add(name, func() value {
		v := value{Kind: "FloatCounter", Value: floating(c.Load())}
		for s, x := range c.Slots() {
			v.Slots = append(v.Slots, slot{s, floating(x)})
		}
		return v
	})
}

// CounterMap is a *primitives.CounterMap of any kind of key.
type CounterMap interface {
	json.Marshaler
	Overflow() *primitives.Counter
}

// CounterMap shows the largest counts of m by its keys' names, which are those that
// m.MarshalJSON gives them.
func (p *Page) CounterMap(name string, m CounterMap) {
	p.add(name, func() value {
		v := value{Kind: "CounterMap"}
		var counts map[string]int64
		text, err := m.MarshalJSON()
		if err == nil {
			err = json.Unmarshal(text, &counts)
		}
		if err != nil { // a key has no text
			v.Series = []series{{[]string{"error: " + err.Error()}, whole(0)}}
			return v
		}
		sum := m.Overflow().Load()
		if sum != 0 {
			v.Series = append(v.Series, series{[]string{"(overflow)"}, whole(sum)})
		}
		for key, n := range counts {
			sum += n
			v.Series = append(v.Series, series{[]string{key}, whole(n)})
		}
		v.Value = whole(sum)
		v.keepLargest()
		return v
	})
}

// mostSeries is how many series of one value are shown.
const mostSeries = 20

// keepLargest leaves the largest series, in their order.
func (v *value) keepLargest() {
	slices.SortFunc(v.Series, func(a, b series) int {
		return cmp.Or(cmp.Compare(b.Value.size(), a.Value.size()), slices.Compare(a.Labels, b.Labels))
	})
	if n := len(v.Series); n > mostSeries {
		v.Series, v.More = v.Series[:mostSeries:mostSeries], n-mostSeries
	}
}
