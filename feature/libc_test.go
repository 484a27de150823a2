package feature

import (
	"errors"
	"testing"
)

func TestUsableSize(t *testing.T) {
	old := absentAuxv                                       // before 6.3
	mid := Auxv{FeatureSize: 28, Align: 32, Present: true}  // 6.3 to 6.19
	late := Auxv{FeatureSize: 33, Align: 64, Present: true} // 7.0
	for _, tt := range []struct {
		name string
		size uint32
		auxv Auxv
		want uint32
	}{
		{"nothing registered", 0, mid, 0},
		{"old libc, old kernel", 32, old, 20},
		{"old libc, newer kernel", 32, mid, 28},
		{"backport, newer kernel", 20, mid, 28},
		{"old libc, new kernel", 32, late, 32},
		{"zero Auxv", 32, Auxv{}, 20},
		{"new libc", 28, mid, 28},
		{"new libc, new kernel", 33, late, 33},
		{"new libc, auxv unknown", 33, Auxv{}, 33},
	} {
		if got := (Libc{Size: tt.size}).UsableSize(tt.auxv); got != tt.want {
			t.Errorf("%s: %d usable bytes, want %d", tt.name, got, tt.want)
		}
	}
}

func TestErrNoLibcAreaIsConclusive(t *testing.T) {
	if !errors.Is(ErrNoLibcArea, ErrNotSupported) {
		t.Errorf("%v does not wrap ErrNotSupported", ErrNoLibcArea)
	}
}
