package primitives_test

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// Buffers that each have one user at a time.
func ExampleCheckout() {
	lines := primitives.Checkout[bytes.Buffer]{New: func(b *bytes.Buffer) { b.Grow(1024) }}

	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := lines.Get()
			defer lines.Put(b)
			b.WriteString("a line\n")
		}()
	}
	wg.Wait()

	written := 0
	if err := lines.Each(func(b *bytes.Buffer) { written += b.Len() }); err != nil {
		fmt.Println(err)
	}
	fmt.Println(written, "bytes are buffered")
	// Output: 28 bytes are buffered
}

func TestCheckout(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		c := primitives.NewCheckout[thing](opt)
		news := 0
		c.New = func(x *thing) {
			if news++; news == 2 {
				panic("New")
			}
			x.owner = -1
		}
		first := c.Get()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			c.Get()
		}()
		second := c.Get()
		if first.owner != -1 || second.owner != -1 || first == second {
			t.Errorf("%v and %v are not two new parts", first, second)
		}
		if d := uintptr(unsafe.Pointer(second)) - uintptr(unsafe.Pointer(first)); d < 128 && -d < 128 {
			t.Errorf("parts are %d bytes from each other", int(d))
		}
		first.owner = 1
		visit := func() (owners []int64) {
			if err := c.Each(func(x *thing) { owners = append(owners, x.owner) }); err != nil {
				t.Error(err)
			}
			return owners
		}
		if v := visit(); len(v) != 0 {
			t.Errorf("visited %v, but all parts are taken", v)
		}
		c.Put(first)
		if v := visit(); len(v) != 1 || v[0] != 1 {
			t.Errorf("visited %v, want the one part that nobody has", v)
		}
		second.owner = 2
		c.Put(second)
		if v := visit(); len(v) != 2 || v[0]+v[1] != 3 {
			t.Errorf("visited %v, want both parts", v)
		}
		func() {
			defer func() { _ = recover() }()
			_ = c.Each(func(*thing) { panic("visitor") })
		}()
		if v := visit(); len(v) != 2 {
			t.Errorf("visited %v after a panic", v)
		}
		mustPanic(t, "nil", func() { c.Put(nil) })
		mustPanic(t, "not from this list", func() { c.Put(&make([]thing, 2)[1]) })
	})
}

// TestCheckoutEach: all parts are visited, each once, also by several who visit at once.
func TestCheckoutEach(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		const many = 1000
		c, seen := checkoutOf(many, opt), make([]int, many)
		each := func(f func(part *int)) {
			if err := c.Each(f); err != nil {
				t.Error(err)
			}
		}
		each(func(part *int) { seen[*part]++ })
		for i, n := range seen {
			if n != 1 {
				t.Errorf("part %d was visited %d times", i, n)
			}
		}
		outer, inner := 0, 0
		each(func(*int) {
			if outer++; outer%(many/4) == 0 {
				each(func(*int) { inner++ })
			}
		})
		if outer != many || inner != 4*(many-1) {
			t.Errorf("%d visited, and %d by four others who had all but one", outer, inner)
		}
	})
}

// TestCheckoutEachOfMany: a visit takes no longer if there are many others.
func TestCheckoutEachOfMany(t *testing.T) {
	// Visits of as many parts in all, so that other programs come between them alike.
	took := func(n int) time.Duration {
		c, least := checkoutOf(n), time.Duration(math.MaxInt64)
		for range 3 {
			begin := time.Now()
			for range 30_000 / n {
				if err := c.Each(func(*int) {}); err != nil {
					t.Fatal(err)
				}
			}
			least = min(least, time.Since(begin))
		}
		return least
	}
	// Thirty times as many would take much longer for each if it were to move all others.
	var few, many time.Duration
	for range 5 { // beside other programs some take longer
		if few, many = took(1000), took(30_000); many <= 4*few {
			return
		}
	}
	t.Errorf("30,000 parts take %v a thousand at a time, and %v at once", few, many)
}

// checkoutOf returns a Checkout with parts that hold the numbers below n.
func checkoutOf(n int, opts ...primitives.Option) *primitives.Checkout[int] {
	c, parts := primitives.NewCheckout[int](opts...), make([]*int, n)
	for i := range parts {
		parts[i] = c.Get()
	}
	for i, part := range parts {
		*part = i
		c.Put(part)
	}
	return c
}

// TestStressCheckout: nobody finds somebody else in a part, and nothing is lost that was
// added in one.
func TestStressCheckout(t *testing.T) {
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		type tally struct{ holder, sum int64 }
		c := primitives.NewCheckout[tally](opt)
		broken := primitives.NewCounter(opt)
		add := func(delta int64) {
			x := c.Get()
			if x.holder != 0 {
				broken.Inc()
			}
			x.holder = 1
			x.sum += delta
			if delta == 3 {
				runtime.Gosched()
			}
			x.holder = 0
			c.Put(x)
		}
		// Whoever visits has one part at a time, which another visitor leaves out.
		var visiting sync.Mutex
		var visits sync.WaitGroup
		stop := make(chan struct{})
		visits.Add(1)
		go func() {
			defer visits.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				visiting.Lock()
				if err := c.Each(func(x *tally) {
					if x.holder != 0 {
						broken.Inc()
					}
				}); err != nil {
					t.Error(err)
				}
				visiting.Unlock()
				runtime.Gosched()
			}
		}()
		d := backendtest.Stress(t, stressed(t, 2*stressShare), add, func() (sum int64) {
			visiting.Lock()
			defer visiting.Unlock()
			if err := c.Each(func(x *tally) { sum += x.sum }); err != nil {
				t.Error(err)
			}
			return sum
		})
		close(stop)
		visits.Wait()
		if n := broken.Load(); n != 0 || d != 0 {
			t.Errorf("%d parts had two holders, the sum is off by %d", n, d)
		}
	})
}
