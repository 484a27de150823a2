// Package alltypes uses every type of package primitives, and says whether each did
// what it is for. It is for programs and tests about the process that the types are
// used in: an emulator, one without descriptors, one that must not be left with
// goroutines.
package alltypes

import (
	"errors"
	"fmt"
	"sync"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/primitives"
)

const (
	threads = 4
	each    = 2000 // operations of a goroutine
	keys    = 100
)

// Use uses zero values of every type, from several goroutines that have ended when
// it returns.
func Use() error {
	return errors.Join(
		useCounter(new(primitives.Counter)),
		useFloatCounter(new(primitives.FloatCounter)),
		useFreeList(new(primitives.FreeList[object])),
		usePool(),
		useMap(new(primitives.Map[string, int])),
		useCounterMap(new(primitives.CounterMap[string])),
		useRWMutex(new(primitives.RWMutex)),
		useRef(new(primitives.Ref)),
		useGate(new(primitives.Gate)),
		useSections(new(primitives.Sections)),
		useSharded(new(primitives.Sharded[tally])),
		useCheckout(new(primitives.Checkout[object])),
		useQuota(primitives.NewQuota(threads)),
		useLimiter(primitives.NewLimiter(0, threads*each/2)),
		useIDs(new(primitives.IDs)),
		useMaxAndMin(new(primitives.Max), new(primitives.Min)),
		useHistogram(new(primitives.Histogram)),
		useExpHistogram(new(primitives.ExpHistogram)),
		useVecs(primitives.NewCounterVec(vecLabels), primitives.NewFloatCounterVec(vecLabels), primitives.NewHistogramVec(vecLabels, nil)),
	)
}

// UseOn uses values of every type on a backend.
func UseOn(b backend.Backend) error {
	with := primitives.WithBackend(b)
	return errors.Join(
		useCounter(primitives.NewCounter(with)),
		useFloatCounter(primitives.NewFloatCounter(with)),
		useFreeList(primitives.NewFreeList[object](with)),
		useMap(primitives.NewMap[string, int](with)),
		useCounterMap(primitives.NewCounterMap[string](with)),
		useRWMutex(primitives.NewRWMutex(with)),
		useRef(primitives.NewRef(with)),
		useGate(primitives.NewGate(with)),
		useSections(primitives.NewSections(with)),
		useSharded(primitives.NewSharded[tally](with)),
		useCheckout(primitives.NewCheckout[object](with)),
		useQuota(primitives.NewQuota(threads, with)),
		useLimiter(primitives.NewLimiter(0, threads*each/2, with)),
		useIDs(primitives.NewIDs(with)),
		useMaxAndMin(primitives.NewMax(with), primitives.NewMin(with)),
		useHistogram(primitives.NewHistogram([]float64{1, 2}, with)),
		useHistogram(primitives.NewHistogram([]float64{1, 2}, with, primitives.WithExactSnapshots())),
		useExpHistogram(primitives.NewExpHistogram(with)),
		useVecs(primitives.NewCounterVec(vecLabels, with), primitives.NewFloatCounterVec(vecLabels, with), primitives.NewHistogramVec(vecLabels, nil, with)),
	)
}

// together calls f from several goroutines at once.
func together(f func()) {
	var done sync.WaitGroup
	for range threads {
		done.Add(1)
		go func() {
			defer done.Done()
			for range each {
				f()
			}
		}()
	}
	done.Wait()
}

func want[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: %v, want %v", what, got, want)
	}
	return nil
}

func useCounter(c *primitives.Counter) error {
	together(c.Inc)
	return errors.Join(
		want("Counter.Load", c.Load(), threads*each),
		want("Counter.Reset", c.Reset(), threads*each),
		want("Counter.Load after Reset", c.Load(), 0),
	)
}

func useFloatCounter(c *primitives.FloatCounter) error {
	together(func() { c.Add(0.5) })
	return errors.Join(
		want("FloatCounter.Load", c.Load(), threads*each/2),
		want("FloatCounter.Reset", c.Reset(), threads*each/2),
	)
}

type object struct{ words [8]int }

func useFreeList(l *primitives.FreeList[object]) error {
	var mu sync.Mutex
	var errs []error
	together(func() {
		o := l.Get()
		if o == nil {
			mu.Lock()
			errs = append(errs, errors.New("FreeList.Get: nil"))
			mu.Unlock()
			return
		}
		o.words[0]++
		l.Put(o)
	})
	if l.Len() == 0 {
		errs = append(errs, errors.New("FreeList.Len: nothing came back"))
	}
	return errors.Join(append(errs, l.Drain())...)
}

func usePool() error {
	p := &primitives.Pool{New: func() any { return new(object) }}
	var mu sync.Mutex
	var err error
	together(func() {
		x := p.Get()
		if _, ok := x.(*object); !ok {
			mu.Lock()
			err = fmt.Errorf("Pool.Get: %v", x)
			mu.Unlock()
		}
		p.Put(x)
	})
	return err
}

func useMap(m *primitives.Map[string, int]) error {
	together(func() {
		for k := range keys {
			m.LoadOrStore(key(k), k)
		}
		m.Delete(key(0))
		m.Store(key(0), 0)
	})
	sum := 0
	for k := range keys {
		v, _ := m.Load(key(k))
		sum += v
	}
	return errors.Join(
		want("Map.Load, sum of all", sum, keys*(keys-1)/2),
		want("Map.Len", m.Len(), keys),
	)
}

func key(k int) string { return fmt.Sprint("key ", k) }

func useCounterMap(m *primitives.CounterMap[string]) error {
	together(func() {
		m.Inc("hot")
		m.Inc(key(1))
	})
	n, ok := m.Delete("hot")
	return errors.Join(
		want("CounterMap.Load", m.Load(key(1)), threads*each),
		want("CounterMap.Delete", n, threads*each),
		want("CounterMap.Delete found it", ok, true),
		want("CounterMap.Len", m.Len(), 1),
	)
}

func useRWMutex(rw *primitives.RWMutex) error {
	count, odd := 0, 0
	var mu sync.Mutex
	together(func() {
		rw.RLock()
		if count%2 != 0 {
			mu.Lock()
			odd++
			mu.Unlock()
		}
		rw.RUnlock()
		rw.Lock()
		count++
		count++
		rw.Unlock()
	})
	return errors.Join(
		want("RWMutex, writes", count, 2*threads*each),
		want("RWMutex, halves of writes seen", odd, 0),
	)
}
