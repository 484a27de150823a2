package backend_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/percpu-go/percpu/backend"
	"github.com/percpu-go/percpu/backend/backendtest"
)

func fake(t *testing.T) *backendtest.Fake {
	t.Helper()
	f, err := backendtest.NewFake(backendtest.Script{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSelect(t *testing.T) {
	b := fake(t)
	opens := func(name string) backend.Candidate {
		return backend.Candidate{Name: name, Open: func() (backend.Backend, error) { return b, nil }}
	}
	never := backend.Candidate{Name: "never", Open: func() (backend.Backend, error) {
		return nil, fmt.Errorf("because: %w: %w", io.ErrUnexpectedEOF, backend.ErrNotSupported)
	}}
	notNow := backend.Candidate{Name: "notnow", Open: func() (backend.Backend, error) { return nil, io.ErrNoProgress }}

	for _, tt := range []struct {
		want       string
		candidates []backend.Candidate
		ok         bool
		rejected   string // names
		conclusive bool
		cause      error
	}{
		{"", []backend.Candidate{opens("a"), opens("b")}, true, "", true, nil},
		{"auto", []backend.Candidate{never, opens("b"), opens("c")}, true, "never", true, nil},
		{"auto", []backend.Candidate{never, notNow, opens("c")}, true, "never notnow", false, nil},
		{"b", []backend.Candidate{opens("a"), opens("b")}, true, "a", true, nil},
		{"never", []backend.Candidate{never, opens("b")}, false, "never b", true, io.ErrUnexpectedEOF},
		{"notnow", []backend.Candidate{notNow, opens("b")}, false, "notnow b", false, io.ErrNoProgress},
		{"auto", []backend.Candidate{never, notNow}, false, "never notnow", false, io.ErrNoProgress},
		{"nosuch", []backend.Candidate{opens("a"), opens("b")}, false, "a b", true, backend.ErrUnknownBackend},
		{"AUTO", []backend.Candidate{opens("a")}, false, "a", true, backend.ErrUnknownBackend},
		{"auto", nil, false, "any", true, backend.ErrNotSupported},
	} {
		s, err := backend.Select(tt.want, tt.candidates...)
		if (err == nil) != tt.ok || (s.Backend == nil) == tt.ok {
			t.Errorf("%q: %v, %v", tt.want, s, err)
			continue
		}
		if !tt.ok {
			var failed *backend.SelectionError
			if !errors.As(err, &failed) || !errors.Is(err, tt.cause) || !strings.HasPrefix(err.Error(), "percpu: ") {
				t.Errorf("%q: error %v, want a SelectionError because of %v", tt.want, err, tt.cause)
				continue
			}
			s.Rejections = failed.Rejections
		}
		var names []string
		for _, r := range s.Rejections {
			names = append(names, r.Backend)
			if !strings.Contains(r.String(), r.Backend) || !strings.Contains(r.String(), r.Err.Error()) {
				t.Errorf("%q: rejection %v hides its cause", tt.want, r)
			}
		}
		if got := strings.Join(names, " "); got != tt.rejected {
			t.Errorf("%q: rejected %q, want %q", tt.want, got, tt.rejected)
		}
		if s.Conclusive() != tt.conclusive {
			t.Errorf("%q: conclusive %v, want %v", tt.want, s.Conclusive(), tt.conclusive)
		}
	}
}

func TestSelectionString(t *testing.T) {
	fake, _ := backendtest.NewFake(backendtest.Script{})
	a, b := backend.Rejection{Backend: "a", Err: errors.New("old")}, backend.Rejection{Backend: "b", Err: errors.New("new")}
	for want, s := range map[string]backend.Selection{
		"none":                  {},
		"fake":                  {Backend: fake},
		"fake (a: old)":         {fake, []backend.Rejection{a}},
		"none (a: old; b: new)": {Rejections: []backend.Rejection{a, b}},
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSelectionErrorNames: an error says what asked for what can't be had.
func TestSelectionErrorNames(t *testing.T) {
	for want, from := range map[string]string{`percpu: no backend for "x":`: "", `percpu: no backend for VARIABLE="x":`: "VARIABLE"} {
		if got := (&backend.SelectionError{Want: "x", From: from}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func ExampleSelect() {
	portable, _ := backendtest.NewFake(backendtest.Script{})
	s, err := backend.Select(backend.Auto,
		backend.Candidate{Name: "fast", Open: func() (backend.Backend, error) {
			return nil, fmt.Errorf("no such instruction: %w", backend.ErrNotSupported)
		}},
		backend.Candidate{Name: "portable", Open: func() (backend.Backend, error) { return portable, nil }},
	)
	fmt.Println(s, err)
	// Output: fake (fast: no such instruction: not supported) <nil>
}
