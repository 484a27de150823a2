package debug

import (
	"bytes"

	"github.com/percpu-go/percpu/primitives"
)

// HTML returns the page that shows these Stats, and what slots have of one value.
func HTML(stats primitives.Stats, slots map[int]int64) (string, error) {
	v := value{Name: "value", Kind: "Counter", Value: whole(0)}
	for i, n := range slots {
		v.Slots = append(v.Slots, slot{i, whole(n)})
	}
	var b bytes.Buffer
	err := writeHTML(&b, &report{Stats: stats, Values: []value{v}})
	return b.String(), err
}
