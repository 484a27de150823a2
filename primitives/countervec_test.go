package primitives_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestCounterVec(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		v := primitives.NewCounterVec([]string{"path", "code"}, opt)
		v.With("/", "200").Add(2)
		v.With("/", "404").Inc()
		v.With("/2", "00").Inc()
		if v.With("/", "200") != v.With(strings.Clone("/"), "200") {
			t.Error("two Counters for the same values")
		}
		got := make(map[string]int64)
		v.Range(func(values []string, c *primitives.Counter) bool {
			got[strings.Join(values, "|")] = c.Load()
			return true
		})
		if want := "map[/2|00:1 /|200:2 /|404:1]"; fmt.Sprint(got) != want || v.Len() != 3 {
			t.Errorf("%v, Len %d, want %s", got, v.Len(), want)
		}
		old := v.With("/", "200")
		if !v.Delete("/", "200") || v.Delete("/", "200") || v.Len() != 2 {
			t.Error("Delete")
		}
		old.Inc()
		if n := v.With("/", "200").Load(); n != 0 {
			t.Errorf("a new series is at %d", n)
		}
		if v.Overflow() != nil || v.Dropped() != 0 || !slices.Equal(v.Labels(), []string{"path", "code"}) {
			t.Error("Overflow, Dropped or Labels")
		}
	})
}
