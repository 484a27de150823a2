package primitives_test

import (
	"math/rand/v2"
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

func TestMapSmoke(t *testing.T) {
	var m primitives.Map[int, int]
	want := map[int]int{}
	for i := range 400000 {
		k := rand.IntN(50000)
		if i > 200000 && rand.IntN(3) > 0 || rand.IntN(3) == 0 {
			m.Delete(k)
			delete(want, k)
		} else {
			m.Store(k, i)
			want[k] = i
		}
	}
	if m.Len() != len(want) {
		t.Fatal(m.Len(), len(want))
	}
	for k := range 50000 {
		v, ok := m.Load(k)
		w, ok2 := want[k]
		if v != w || ok != ok2 {
			t.Fatal(k, v, ok, w, ok2)
		}
	}
	n := 0
	for k, v := range m.All() {
		n++
		if want[k] != v {
			t.Fatal(k)
		}
	}
	if n != len(want) {
		t.Fatal(n, len(want))
	}
}
