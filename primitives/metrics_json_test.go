package primitives_test

import (
	"encoding/json"
	"expvar"
	"fmt"
	"math"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestVars: values are expvar.Vars, whose text is what is wanted.
func TestVars(t *testing.T) {
	h, e := primitives.NewHistogram([]float64{0.5, 1}), new(primitives.ExpHistogram)
	c, f := primitives.NewCounterVec([]string{"path", "code"}), primitives.NewFloatCounterVec([]string{"a"})
	v := primitives.NewHistogramVec([]string{"a"}, nil)
	for _, x := range []float64{0.25, 1, 2, math.Inf(1)} {
		h.Observe(x)
		e.Observe(min(x, 4))
		v.With("\"<é").Observe(x)
	}
	e.Observe(-1)
	e.Observe(math.NaN())
	c.With("b", "1").Inc()
	c.With("a", "2").Add(7)
	f.With("").Add(math.Inf(-1))
	for _, tt := range []struct {
		v    expvar.Var
		want string
	}{
		{h, `{"bounds":[0.5,1],"buckets":[1,1,2],"count":4,"sum":"+Inf"}`},
		{new(primitives.Histogram), `{"bounds":[],"buckets":[0],"count":0,"sum":0}`},
		{new(primitives.ExpHistogram), `{"scale":8,"zero_threshold":0,"zero_count":0,"nan_count":0,"positive":{"offset":0,"counts":[]},"negative":{"offset":0,"counts":[]},"count":0,"sum":0}`},
		{c, `[{"labels":{"code":"2","path":"a"},"value":7},{"labels":{"code":"1","path":"b"},"value":1}]`},
		{primitives.NewCounterVec(nil), `[]`},
		{f, `[{"labels":{"a":""},"value":"-Inf"}]`},
		{v, `[{"labels":{"a":"\"\u003cé"},"value":{"bounds":[],"buckets":[4],"count":4,"sum":"+Inf"}}]`},
	} {
		if got := tt.v.String(); got != tt.want {
			t.Errorf("%T: %s, want %s", tt.v, got, tt.want)
		}
	}
	var back struct {
		Positive, Negative struct {
			Offset int
			Counts []uint64
		}
		NaN   uint64 `json:"nan_count"`
		Count uint64
		Sum   string
	}
	if err := json.Unmarshal([]byte(e.String()), &back); err != nil || back.Count != 6 || back.NaN != 1 || back.Sum != "NaN" || len(back.Negative.Counts) != 1 {
		t.Errorf("%v, %+v of %s", err, back, e)
	}
}

// A program that shows its values at /debug/vars, and what the library does.
func ExampleReadStats_expvar() {
	requests := primitives.NewCounterVec([]string{"code"})
	expvar.Publish("requests", requests)
	expvar.Publish("percpu", expvar.Func(func() any { return primitives.ReadStats() }))

	requests.With("200").Inc()
	fmt.Println(expvar.Get("requests"))
	// Output: [{"labels":{"code":"200"},"value":1}]
}
