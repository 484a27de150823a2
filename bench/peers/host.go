package peers

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/percpu-go/percpu/atomicbackend"
	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/feature"
	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/rseqbackend"
)

// Host is what is measured on, and with.
type Host struct {
	chosen backend.Backend      // of package percpu's types
	rseq   *rseqbackend.Backend // nil if it can't be had
	atomic *atomicbackend.Backend
	probe  *primitives.Counter
}

// OpenHost opens the backends. It fails if package percpu has another one here
// than the one wanted; "" takes any.
func OpenHost(want string) (h Host, err error) {
	s, err := primitives.Default()
	if err != nil {
		return h, err
	}
	if want != "" && s.Backend.Name() != want {
		return h, fmt.Errorf("package percpu has backend %s here, not %s: %v", s.Backend.Name(), want, s.Rejections)
	}
	h.chosen = s.Backend
	h.probe = primitives.NewCounter(primitives.WithBackend(s.Backend))
	if h.chosen.Name() == rseqbackend.Name {
		if h.rseq, err = rseqbackend.Open(); err != nil {
			return h, err
		}
	}
	h.atomic, err = atomicbackend.Open()
	return h, err
}

// Ours returns the name of the rows of package percpu's types as they are
// without options.
func (h Host) Ours() string {
	if h.rseq != nil {
		return PercpuRseq
	}
	return PercpuAtomic
}

// Backend returns the name of the backend that package percpu has here.
func (h Host) Backend() string { return h.chosen.Name() }

// backends are those to measure on, the chosen one first.
func (h Host) backends() (named []namedBackend) {
	if h.rseq != nil {
		named = append(named, namedBackend{PercpuRseq, h.rseq})
	}
	return append(named, namedBackend{PercpuAtomic, h.atomic})
}

type namedBackend struct {
	name    string
	backend backend.Backend
}

// CheckThread says whether the calling thread can have committed by rseq, if
// anything does here. It need not have: loads of maps don't.
func (h Host) CheckThread() error {
	if h.rseq == nil {
		return nil
	}
	h.probe.Add(1)
	if t := rseqbackend.ThisThread(); t.Owner != h.rseq.Info().AreaOwner {
		return fmt.Errorf("rseq area of thread %d: owner %s, want %s", t.TID, t.Owner, h.rseq.Info().AreaOwner)
	}
	return nil
}

// Fact is a condition of a measurement.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Facts returns the conditions of all measurements on this host.
func (h Host) Facts() []Fact {
	facts := []Fact{
		{"machine", fmt.Sprintf("%s/%s, %s, %d CPUs", runtime.GOOS, runtime.GOARCH, feature.CPU().Name, runtime.NumCPU())},
		{"kernel", feature.KernelRelease()},
		{"Go", fmt.Sprintf("%s, GOMAXPROCS=%d, CGO_ENABLED=%s", runtime.Version(), runtime.GOMAXPROCS(0), buildSetting("CGO_ENABLED"))},
		{"backend", h.chosen.Name()},
	}
	if h.rseq != nil {
		i := h.rseq.Info()
		facts = append(facts,
			Fact{"index", string(i.Index)},
			Fact{"slots", fmt.Sprintf("%d and %d overflow", i.Slots, i.Overflow)},
			Fact{"rseq area", fmt.Sprintf("owner %s in a %s process, %d bytes registered, %d usable", i.AreaOwner, i.Process, i.AreaSize, i.UsableSize)},
		)
	}
	return append(facts, Fact{"atomic backend's hint", string(h.atomic.Hint())})
}

func buildSetting(key string) string {
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == key {
				return s.Value
			}
		}
	}
	return "?"
}
