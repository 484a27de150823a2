package feature

import (
	"errors"
	"io/fs"
	"testing"
)

func TestProbeErrorKeepsItsCause(t *testing.T) {
	for _, tt := range []struct {
		name       string
		err        error
		conclusive bool
	}{
		{"no", no("some probe", fs.ErrNotExist), true},
		{"unsure", unsure("some probe", fs.ErrNotExist), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := errors.Is(tt.err, ErrNotSupported); got != tt.conclusive {
				t.Errorf("errors.Is(err, ErrNotSupported) = %v, want %v", got, tt.conclusive)
			}
			if got := conclusive(tt.err); got != tt.conclusive {
				t.Errorf("conclusive(err) = %v, want %v", got, tt.conclusive)
			}
			if !errors.Is(tt.err, fs.ErrNotExist) {
				t.Errorf("the cause is lost from %v", tt.err)
			}
			const want = "percpu/feature: some probe: file does not exist"
			if tt.err.Error() != want {
				t.Errorf("Error() = %q, want %q", tt.err.Error(), want)
			}
		})
	}
	if !conclusive(nil) {
		t.Error("yes is not conclusive")
	}
}
