package primitives_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// headcountMisuseEnv names the misuse that this process is to commit.
const headcountMisuseEnv = "PERCPU_TEST_HEADCOUNT_MISUSE"

var background = context.Background()

// headcountMisuse is noticed whatever the state.
var headcountMisuse = map[string]func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections){
	"Ref: Put, noticed by Kill": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { r.Put(); r.Kill(nil) },
	"Ref: Put after Kill": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) {
		r.TryGet()
		r.Kill(nil)
		r.Put()
		r.Put()
	},
	"Ref: Get of a dead Ref":        func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { r.Kill(nil); r.Get() },
	"Gate: Leave, noticed by Close": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { g.Leave(); g.Close(background) },
	"Gate: Leave after Close":       func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { g.Close(background); g.Leave() },
	"Sections: Leave twice, noticed by Synchronize": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) {
		section := s.Enter()
		s.Leave(section)
		s.Leave(section)
		s.Synchronize(background)
	},
}

// immediateHeadcountMisuse is noticed at once only by -race and percpuinvariants.
var immediateHeadcountMisuse = map[string]func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections){
	"Ref: Put":    func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { r.Put() },
	"Gate: Leave": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) { g.Leave() },
	"Sections: Leave twice": func(r *primitives.Ref, g *primitives.Gate, s *primitives.Sections) {
		section := s.Enter()
		s.Leave(section)
		s.Leave(section)
	},
}

// gatePanic is a panic in a goroutine of Gate.Go: nobody who waits for it may get to
// print.
func gatePanic(_ *primitives.Ref, g *primitives.Gate, _ *primitives.Sections) {
	g.Go(func() { panic("in Go") })
	g.Close(background)
	fmt.Println("closed")
	time.Sleep(time.Minute)
}

func init() {
	name := os.Getenv(headcountMisuseEnv)
	if name == "" {
		return
	}
	f := headcountMisuse[strings.TrimPrefix(name, "turned ")]
	if f == nil {
		f = immediateHeadcountMisuse[strings.TrimPrefix(name, "turned ")]
	}
	if f == nil {
		f = gatePanic
	}
	func() {
		defer func() { _ = recover() }() // must not help
		r, g, s := new(primitives.Ref), new(primitives.Gate), new(primitives.Sections)
		if strings.HasPrefix(name, "turned ") {
			for !r.Open() || !g.Open() || !s.Open() {
				r.Eager()
				g.Eager()
				s.Eager()
				r.TryGet()
				r.Put()
				g.Enter()
				g.Leave()
				s.Leave(s.Enter())
			}
		}
		f(r, g, s)
	}()
	fmt.Println("survived")
	os.Exit(0)
}

func TestHeadcountMisuse(t *testing.T) {
	for _, c := range primitives.Candidates() {
		b, err := c.Open()
		states := []string{""}
		if err == nil && guards(primitives.WithBackend(b)) {
			states = append(states, "turned ")
		}
		for _, state := range states {
			check := func(name, want string) {
				t.Run(c.Name+"/"+state+name, func(t *testing.T) {
					t.Parallel()
					if err != nil {
						backendtest.Unavailable(t, c.Name, err)
					}
					cmd := exec.Command(exe(t))
					cmd.Env = append(os.Environ(), headcountMisuseEnv+"="+state+name, primitives.BackendEnv+"="+c.Name)
					out, err := cmd.CombinedOutput()
					if text := string(out); err == nil || !strings.Contains(text, want) || strings.Contains(text, "closed\n") {
						t.Errorf("%v, want %q:\n%s", err, want, out)
					}
				})
			}
			for name := range headcountMisuse {
				check(name, "percpu: "+strings.Split(name, ":")[0]+".")
			}
			for name := range immediateHeadcountMisuse {
				if primitives.Invariants || state == "" {
					check(name, "percpu: "+strings.Split(name, ":")[0]+".")
				}
			}
			check("panic in Go", "panic: in Go")
		}
	}
}
