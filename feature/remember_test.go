package feature

import (
	"errors"
	"testing"
)

func TestRememberedKeepsAYes(t *testing.T) {
	busy := unsure("question", errors.New("busy"))
	refused := no("question", errors.New("refused"))
	for _, tt := range []struct {
		name    string
		answers []error // what the question is answered, in turn
		asked   int     // how often three calls ask it
		last    error
	}{
		{"yes", []error{nil}, 1, nil},
		{"no", []error{refused, refused, refused}, 3, refused},
		{"no, then yes", []error{refused, nil}, 2, nil},
		{"unsure, then yes", []error{busy, nil}, 2, nil},
		{"unsure throughout", []error{busy, busy, busy}, 3, busy},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r remembered[int]
			asked := 0
			var last error
			for range 3 {
				_, last = r.get(func() (int, error) {
					asked++
					return asked, tt.answers[asked-1]
				})
			}
			if asked != tt.asked || last != tt.last {
				t.Errorf("asked %d times with %v, want %d times with %v", asked, last, tt.asked, tt.last)
			}
		})
	}
}
