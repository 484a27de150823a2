package primitives_test

import (
	"maps"
	"math"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// fuzzDeltas are what commands add: small steps, and ways to and over all ends.
var fuzzDeltas = [...]int64{1, -1, 0, 600, -5000, math.MaxInt64, math.MinInt64, 1<<62 - 1}

// FuzzCounterMap carries out a list of commands, two bytes each, on a CounterMap
// and on a builtin map.
func FuzzCounterMap(f *testing.F) {
	f.Add(byte(0), []byte("\x00\x00\x10\x00\x20\x00\x30\x01\x40\x01\x50\x01\x60\x00\x70\x00"))
	f.Add(byte(2), []byte("\x01\x06\x01\x06\x01\x00\x02\x06\x13\x00\x21\x00\x31\x00\x40\x00\x51\x00\x00\x05\x60\x00"))
	f.Add(byte(3), []byte("\x10\x00\x00\x06\x00\x06\x11\x00\x01\x01\x50\x06\x51\x06\x20\x00\x21\x00\x60\x00\x50\x00"))
	f.Fuzz(func(t *testing.T, bound byte, commands []byte) {
		for _, candidate := range primitives.Candidates() {
			b, err := candidate.Open()
			if err != nil {
				continue
			}
			opts := []primitives.CounterMapOption{primitives.WithBackend(b)}
			if bound > 0 {
				opts = append(opts, primitives.WithMaxKeys(int(bound)))
			}
			runCounterCommands(t, primitives.NewCounterMap[byte](opts...), int(bound), commands)
		}
	})
}

func runCounterCommands(t *testing.T, c *primitives.CounterMap[byte], bound int, commands []byte) {
	model, overflow := make(map[byte]int64), int64(0)
	var handles [16]*primitives.KeyCounter[byte]
	for k := range handles {
		handles[k] = c.Counter(byte(k))
	}
	add := func(key byte, delta int64) {
		if _, ok := model[key]; !ok && bound > 0 && len(model) == bound {
			overflow += delta
			return
		}
		model[key] = (model[key] + delta) << 1 >> 1 // 63 bits
	}
	for ; len(commands) >= 2; commands = commands[2:] {
		key, delta := commands[0]%16, fuzzDeltas[commands[1]%byte(len(fuzzDeltas))]
		switch commands[0] / 16 % 8 {
		case 0:
			c.Add(key, delta)
			add(key, delta)
		case 1:
			for range primitives.HotAfter {
				c.Inc(key)
				add(key, 1)
			}
		case 2:
			_, there := model[key]
			if n, ok := c.Delete(key); n != model[key] || ok != there {
				t.Fatalf("Delete(%d): %d, %t, want %d, %t", key, n, ok, model[key], there)
			}
			delete(model, key)
		case 3:
			if got := c.Reset(); !maps.Equal(got, model) {
				t.Fatalf("Reset: %v, want %v", got, model)
			}
			clear(model)
		case 4:
			if n := handles[key].Load(); n != model[key] {
				t.Fatalf("KeyCounter %d: %d, want %d", key, n, model[key])
			}
		case 5:
			handles[key].Add(delta)
			add(key, delta)
		case 6:
			if got := maps.Collect(c.All()); !maps.Equal(got, model) {
				t.Fatalf("All: %v, want %v", got, model)
			}
		case 7:
			if got, want := c.Overflow().Reset(), overflow; got != want {
				t.Fatalf("overflow %d, want %d", got, want)
			}
			overflow = 0
		}
		if n := c.Load(key); n != model[key] {
			t.Fatalf("Load(%d): %d, want %d", key, n, model[key])
		}
		if c.Len() != len(model) {
			t.Fatalf("Len %d, want %d", c.Len(), len(model))
		}
	}
	if c.Overflow().Load() != overflow || !maps.Equal(c.Reset(), model) {
		t.Fatalf("in the end not %v and %d", model, overflow)
	}
}
