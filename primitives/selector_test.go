package primitives

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

func TestSelectorRemembers(t *testing.T) {
	conclusive := fmt.Errorf("never: %w", backend.ErrNotSupported)
	for _, tt := range []struct {
		name    string
		want    string
		err     error // of the first candidate
		retried bool  // after a second
		fails   bool
	}{
		{"opens", "auto", nil, false, false},
		{"conclusive no", "auto", conclusive, false, false},
		{"inconclusive no", "auto", errors.New("try again"), true, false},
		{"forced, conclusive no", "first", conclusive, false, true},
		{"forced, inconclusive no", "first", errors.New("try again"), true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := backendtest.NewFake(backendtest.Script{})
			if err != nil {
				t.Fatal(err)
			}
			opened := 0
			candidates := []backend.Candidate{
				{Name: "first", Open: func() (backend.Backend, error) { opened++; return b, tt.err }},
				{Name: "second", Open: func() (backend.Backend, error) { return b, nil }},
			}
			now := time.Now()
			clock := func() time.Time { return now }
			var s selector
			get := func(wantOpened int) {
				t.Helper()
				sel, err := s.get(tt.want, clock, candidates)
				if (err != nil) != tt.fails || (sel.Backend == nil) != tt.fails {
					t.Fatalf("%v, %v", sel, err)
				}
				if opened != wantOpened {
					t.Fatalf("opened %d times, want %d", opened, wantOpened)
				}
			}
			get(1)
			now = now.Add(retryInterval / 2)
			get(1)
			now = now.Add(retryInterval)
			if !tt.retried {
				get(1)
				return
			}
			get(2)
			tt.err, tt.fails = nil, false
			now = now.Add(2 * retryInterval)
			get(3)
			now = now.Add(2 * retryInterval)
			get(3)
		})
	}
}
