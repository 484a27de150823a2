package primitives_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
)

// gcEnv makes TestHelperGC run, for this long.
const gcEnv = "PERCPU_TEST_GC"

// holder is an object that points to fresh allocations.
type holder struct {
	text  *string
	bytes []byte
	any   any
}

func (h *holder) fill(n int) {
	text := fmt.Sprint("text ", n)
	h.text, h.bytes, h.any = &text, []byte(text), &holder{text: &text}
}

func (h *holder) ok() bool {
	return h.text == nil || strings.HasPrefix(*h.text, "text ") && string(h.bytes) == *h.text && *h.any.(*holder).text == *h.text
}

// TestHelperGC is run in another process: objects that point to allocations go in
// and out of a list, on all backends, while the collector runs as
// often as it can and checks itself.
func TestHelperGC(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv(gcEnv))
	if err != nil {
		t.Skip("for other tests, in a process of its own")
	}
	eachBackend(t, func(t *testing.T, opt primitives.Option) {
		l := primitives.NewFreeList[holder](opt, primitives.WithPerCPU(15))
		until := time.Now().Add(length)
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := 0; time.Now().Before(until); n++ {
					var held []*holder
					for range 40 + g {
						h := l.Get()
						if !h.ok() {
							t.Error("what an object points to has changed in the list")
							return
						}
						h.fill(n)
						held = append(held, h)
					}
					for _, h := range held {
						if !h.ok() {
							t.Error("what an object points to has changed in use")
							return
						}
						l.Put(h)
					}
				}
			}()
		}
		wg.Wait()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%d collections; %+v", m.NumGC, l.Stats())
	})
}

// TestFreeListCollected: nothing that is reachable through objects is freed
// early, as far as a collector sees that checks its marks, which it does if told
// to and panics.
func TestFreeListCollected(t *testing.T) {
	t.Parallel() // all is done in another process
	length := "2s"
	if testing.Short() {
		length = "300ms"
	}
	cmd := exec.Command(exe(t), "-test.run=^TestHelperGC$", "-test.v")
	cmd.Env = append(os.Environ(), gcEnv+"="+length, "GOGC=1", "GODEBUG=gccheckmark=1,clobberfree=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "collections;") {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		if strings.Contains(line, "collections;") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
