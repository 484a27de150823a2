package primitives_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// TestStressRWMutex: two plain words that every writer changes and every reader
// finds equal, under all that happens to threads, with writers from none to
// nothing else, and with locks that are turned all the time. Its sum is exact, so none is lost or in twice.
func TestStressRWMutex(t *testing.T) { stressRWMutex(t, 4) }

// stressRWMutex makes 1/share of a stress test's additions in read and write
// sections.
func stressRWMutex(t *testing.T, share int) {
	for _, every := range []uint32{0, 1_000_000, 1000, 10, 1} {
		t.Run(fmt.Sprintf("write one in %d", every), func(t *testing.T) {
			eachBackend(t, func(t *testing.T, opt primitives.Option) {
				sections := backendtest.Adds(t) / share
				switch {
				case every == 1:
					sections /= 8
				case every == 10 && testing.Short():
					sections /= 4
				}
				if strings.HasSuffix(t.Name(), "/fake") {
					sections = min(sections, fakeAdds)
				}
				rw := primitives.NewRWMutex(opt)
				turn(t, rw, opt)
				var pair struct{ a, b int64 }
				reads := primitives.NewCounter(opt)
				torn := primitives.NewCounter(opt)
				section := func(delta int64) {
					chance := rand.Uint32()
					if chance>>16%64 == 0 {
						rw.Eager() // so that the guard is open much of the time
					}
					if every != 0 && chance%every == 0 {
						rw.Lock()
						pair.a += delta
						pair.b += delta
						rw.Unlock()
						return
					}
					rw.RLock()
					if pair.a != pair.b {
						torn.Inc()
					}
					rw.RUnlock()
					reads.Add(delta)
				}
				sum := func() int64 {
					rw.Lock()
					defer rw.Unlock()
					return pair.a + reads.Load()
				}
				if d := backendtest.Stress(t, sections, section, sum); d != 0 {
					t.Errorf("the sum is off by %d", d)
				}
				if n := torn.Load(); n != 0 {
					t.Errorf("%d readers found a writer's work half done", n)
				}
			})
		})
	}
}
