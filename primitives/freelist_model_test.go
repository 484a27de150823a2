package primitives_test

import (
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
	"github.com/percpu-go/percpu/primitives"
)

// FuzzFreeList runs a list of commands against a list and against a plain slice
// of what is in use, on every backend.
func FuzzFreeList(f *testing.F) {
	f.Add([]byte{}, uint8(1), uint8(0))
	f.Add([]byte("gggpppgpgpd"), uint8(2), uint8(3))
	f.Add([]byte("gggggggggggggggggggggggggggggggggpppppppppppppppppppppppppppppppppd"), uint8(4), uint8(0))
	f.Add([]byte("gpdgpdgpdggggdppppdggggg"), uint8(1), uint8(5))
	f.Fuzz(func(t *testing.T, commands []byte, perCPU, maxObjects uint8) {
		candidates := append(primitives.Candidates(), backend.Candidate{Name: "fake", Open: func() (backend.Backend, error) {
			return backendtest.NewFake(backendtest.Script{Possible: []int{0, 1, 3}, Threads: 5, MoveEvery: 2, AbortEvery: 3, FailEvery: 4})
		}})
		for _, c := range candidates {
			if b, err := c.Open(); err == nil {
				runListCommands(t, b, commands, 1+int(perCPU)%20, int(maxObjects))
			}
		}
	})
}

func runListCommands(t *testing.T, b backend.Backend, commands []byte, perCPU, maxObjects int) {
	opts := []primitives.FreeListOption{primitives.WithBackend(b), primitives.WithPerCPU(perCPU)}
	if maxObjects > 0 {
		opts = append(opts, primitives.WithMaxObjects(maxObjects))
	}
	l := primitives.NewFreeList[thing](opts...)
	var held []*thing
	inUse := make(map[*thing]bool)
	mark := int64(0)
	for i, command := range commands {
		switch {
		case command == 'd':
			if err := l.Drain(); err != nil {
				t.Fatal(err)
			}
		case command%2 == 1: // 'g'
			x := l.Get()
			if x == nil {
				if maxObjects == 0 || len(held) < maxObjects {
					t.Fatalf("%s: command %d: no object, with %d in use of at most %d", b.Name(), i, len(held), maxObjects)
				}
				continue
			}
			if inUse[x] || maxObjects > 0 && len(held) == maxObjects {
				t.Fatalf("%s: command %d: %p was handed out with %d in use of at most %d", b.Name(), i, x, len(held), maxObjects)
			}
			mark++
			x.owner = mark
			inUse[x] = true
			held = append(held, x)
		case len(held) > 0: // 'p'
			k := int(command) / 2 % len(held)
			x := held[k]
			held[k] = held[len(held)-1]
			held = held[:len(held)-1]
			if x.owner == 0 {
				t.Fatalf("%s: command %d: someone has written to %p", b.Name(), i, x)
			}
			x.owner = 0
			delete(inUse, x)
			l.Put(x)
		}
		if s := l.Stats(); s.Stacked+s.Depot+len(held) != s.Objects || l.Len() != s.Stacked+s.Depot {
			t.Fatalf("%s: command %d: %+v, Len %d, with %d in use", b.Name(), i, s, l.Len(), len(held))
		}
	}
}
