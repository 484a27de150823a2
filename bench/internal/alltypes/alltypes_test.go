package alltypes_test

import (
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/bench/internal/alltypes"
	"github.com/percpu-go/percpu/primitives"
)

func TestUse(t *testing.T) {
	if err := alltypes.Use(); err != nil {
		t.Error(err)
	}
}

func TestUseOn(t *testing.T) {
	for _, c := range primitives.Candidates() {
		t.Run(c.Name, func(t *testing.T) {
			b, err := c.Open()
			if err != nil {
				backendtest.Unavailable(t, c.Name, err)
			}
			if err := alltypes.UseOn(b); err != nil {
				t.Error(err)
			}
		})
	}
}
