package rseqbackend

import (
	"sync/atomic"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

// TestStress: exact sums of every operation's section under everything that
// happens to threads.
func TestStress(t *testing.T) {
	b := openOrSkip(t)
	t.Logf("%+v", b.Info())
	adds := backendtest.Adds(t)
	for _, tt := range []struct {
		name string
		adds int
		add  func(c *backend.Cell, delta int64)
		sum  func(c *backend.Cell) int64
	}{
		{"Add", adds, (*backend.Cell).Add, sumInt},
		{"AddFloat64", adds / 4, addFloat, sumFloat},
		{"CompareAndStore", adds / 4, addByCompareAndStore, sumInt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c backend.Cell
			attach(t, &c, b)
			if d := backendtest.Stress(t, tt.adds, func(delta int64) { tt.add(&c, delta) }, func() int64 { return tt.sum(&c) }); d != 0 {
				t.Errorf("the sum is off by %d", d)
			}
		})
	}
	t.Logf("%+v", b.Stats())
}

func attach(t *testing.T, c *backend.Cell, b *Backend) {
	t.Helper()
	if err := c.Attach(b); err != nil {
		t.Fatal(err)
	}
}

func sumInt(c *backend.Cell) int64   { return int64(c.Sum()) }
func sumFloat(c *backend.Cell) int64 { return int64(c.SumFloat64()) }

func addFloat(c *backend.Cell, delta int64) { c.AddFloat64(float64(delta)) }

// addByCompareAndStore adds delta to some slot: it guesses a slot's value until
// it has guessed the right slot at the right time.
func addByCompareAndStore(c *backend.Cell, delta int64) {
	for s := 0; ; s = (s + 1) % c.Backend().Memory().Geometry().Words() {
		old := atomic.LoadUint64(c.Word(s))
		if c.CompareAndStore(old, old+uint64(delta)) {
			return
		}
	}
}
