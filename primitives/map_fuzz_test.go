package primitives_test

import (
	"maps"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// FuzzMap runs a list of commands against a Map and a map, three bytes each:
// what to do, with which key, with which value.
func FuzzMap(f *testing.F) {
	f.Add([]byte{})
	grow := make([]byte, 0, 3*600)
	for i := range 300 {
		grow = append(grow, 0, byte(i), byte(i))
	}
	for i := range 300 {
		grow = append(grow, 1, byte(i), 0)
	}
	f.Add(grow)
	f.Add([]byte{0, 1, 1, 8, 0, 0, 0, 1, 2, 9, 1, 2, 7, 1, 2, 5, 1, 1, 6, 1, 1, 4, 2, 9, 3, 2, 8, 2, 3, 1})
	f.Fuzz(func(t *testing.T, commands []byte) {
		for _, shards := range []int{1, 4} {
			opt := primitives.WithShards(shards)
			wide := func(b byte) [3]int { return [3]int{int(b), 1, 2} }
			runCommands(t, commands, primitives.NewMap[byte, byte](opt), func(b byte) byte { return b })
			runCommands(t, commands, primitives.NewTruncHashMap[byte, byte](opt), func(b byte) byte { return b })
			runCommands(t, commands, primitives.NewMap[[3]int, byte](opt), wide)
			runCommands(t, commands, primitives.NewBadHashMap[string, byte](opt), func(b byte) string { return text(int(b)) })
		}
	})
}

func runCommands[K comparable](t *testing.T, commands []byte, m *primitives.Map[K, byte], key func(byte) K) {
	model := make(map[K]byte)
	for ; len(commands) >= 3; commands = commands[3:] {
		k, v := key(commands[1]), commands[2]
		old, present := model[k]
		got, ok := old, present // what the call should return
		switch commands[0] % 11 {
		case 0:
			m.Store(k, v)
			model[k] = v
		case 1:
			m.Delete(k)
			delete(model, k)
		case 2:
			got, ok = m.Load(k)
		case 3:
			got, ok = m.LoadAndDelete(k)
			delete(model, k)
		case 4:
			got, ok = m.Swap(k, v)
			model[k] = v
		case 5:
			got, ok = m.LoadOrStore(k, v)
			if !present {
				model[k], old = v, v
			}
		case 6:
			if swapped := m.CompareAndSwap(k, v/2, v); swapped != (present && old == v/2) {
				t.Fatalf("CompareAndSwap: %v", swapped)
			} else if swapped {
				model[k] = v
			}
		case 7:
			if deleted := m.CompareAndDelete(k, v/2); deleted != (present && old == v/2) {
				t.Fatalf("CompareAndDelete: %v", deleted)
			} else if deleted {
				delete(model, k)
			}
		case 8:
			action := primitives.MapAction(v % 3)
			m.Compute(k, func(o byte, loaded bool) (byte, primitives.MapAction) {
				got, ok = o, loaded
				return v, action
			})
			switch action {
			case primitives.MapStore:
				model[k] = v
			case primitives.MapDelete:
				delete(model, k)
			}
		case 9:
			if all := maps.Collect(m.All()); !maps.Equal(all, model) {
				t.Fatalf("All: %v, want %v", all, model)
			}
		case 10:
			if v%8 == 0 {
				m.Clear()
				clear(model)
			}
		}
		if got != old || ok != present {
			t.Fatalf("command %d: got %d, %v, want %d, %v", commands[0]%11, got, ok, old, present)
		}
	}
	if all := maps.Collect(m.All()); !maps.Equal(all, model) || m.Len() != len(model) {
		t.Fatalf("at the end: %v, Len %d, want %v", all, m.Len(), model)
	}
}
