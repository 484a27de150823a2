//go:build race || percpuinvariants

package primitives_test

import (
	"testing"

	"github.com/percpu-go/percpu/primitives"
)

// TestFreeListDoublePut: noticed where it is looked for, whether the object is
// still in the list or not.
func TestFreeListDoublePut(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const twice = "percpu: FreeList.Put of an object that is in the list already"
		l := primitives.NewFreeList[thing](opt, primitives.WithPerCPU(2))
		var all []*thing
		for range 20 {
			all = append(all, l.Get())
		}
		for _, x := range all {
			l.Put(x)
			wantPanic(t, twice, func() { l.Put(x) })
		}
		wantPanic(t, twice, func() { l.Put(all[0]) }) // in the depot by now
		if l.Len() != l.Stats().Objects {
			t.Error("the double Puts have changed the list")
		}
	})
}
