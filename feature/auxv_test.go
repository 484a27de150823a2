package feature

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// auxvFixture reads the words of a vector from testdata, hexadecimal text in the
// form of the command at its head, and returns them as the bytes of
// /proc/self/auxv on a little-endian machine of 64 bits.
func auxvFixture(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/auxv/" + name + ".hex")
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			digits.WriteString(word)
		}
	}
	b, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

var auxvFixtures = []struct {
	name        string
	want        Auxv
	size, align uint32
}{
	{"linux-6.1", absentAuxv, 32, 32},
	{"linux-6.18", Auxv{FeatureSize: 28, Align: 32, Present: true}, 32, 32},
	{"linux-7.0", Auxv{FeatureSize: 33, Align: 64, Present: true}, 33, 64},
}

func TestAuxvFixtures(t *testing.T) {
	for _, tt := range auxvFixtures {
		t.Run(tt.name, func(t *testing.T) {
			pairs, err := splitAuxv(auxvFixture(t, tt.name), 8, binary.LittleEndian)
			if err != nil {
				t.Fatal(err)
			}
			a, err := parseAuxv(pairs)
			if err != nil || a != tt.want {
				t.Errorf("parsed %+v, %v; want %+v", a, err, tt.want)
			}
			if a.AreaSize() != tt.size || a.AreaAlign() != tt.align {
				t.Errorf("area of %d on %d, want %d on %d", a.AreaSize(), a.AreaAlign(), tt.size, tt.align)
			}
		})
	}
}

func TestParseAuxvImplausible(t *testing.T) {
	for name, pairs := range map[string][][2]uintptr{
		"size too small":        {{27, 16}, {28, 32}},
		"size too large":        {{27, 4097}, {28, 32}},
		"align no power of two": {{27, 28}, {28, 48}},
		"align too large":       {{27, 28}, {28, 8192}},
		"size alone":            {{27, 28}},
		"align alone":           {{28, 32}},
	} {
		if a, err := parseAuxv(pairs); err == nil || a != absentAuxv {
			t.Errorf("%s: %+v, %v; want the original area and an error", name, a, err)
		}
	}
}

func TestParseAuxvStopsAtNull(t *testing.T) {
	a, err := parseAuxv([][2]uintptr{{27, 28}, {28, 32}, {0, 0}, {27, 64}, {28, 64}})
	if err != nil || a.FeatureSize != 28 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAuxvZeroValue(t *testing.T) {
	var a Auxv
	if a.AreaSize() != 32 || a.AreaAlign() != 32 {
		t.Errorf("area of %d on %d", a.AreaSize(), a.AreaAlign())
	}
}

func TestSplitAuxv(t *testing.T) {
	big32 := []byte{0, 0, 0, 27, 0, 0, 0, 28, 0, 0, 0, 28, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0}
	pairs, err := splitAuxv(big32, 4, binary.BigEndian)
	if err != nil || len(pairs) != 2 || pairs[0] != [2]uintptr{27, 28} || pairs[1] != [2]uintptr{28, 32} {
		t.Errorf("32-bit big-endian: %v, %v", pairs, err)
	}
	for n, want := range map[int]error{0: errAuxvNoEnd, 16: errAuxvNoEnd, 3: errAuxvWord, 12: errAuxvWord, 20: errAuxvWord} {
		if _, err := splitAuxv(big32[:n], 4, binary.BigEndian); err != want {
			t.Errorf("first %d bytes: %v, want %v", n, err, want)
		}
	}
}

func FuzzParseAuxv(f *testing.F) {
	for _, tt := range auxvFixtures {
		f.Add(auxvFixture(f, tt.name), true, false)
	}
	f.Add([]byte{0, 0, 0, 27, 0, 0, 0, 28}, false, true)
	f.Fuzz(func(t *testing.T, b []byte, wide, big bool) {
		word, order := 4, binary.ByteOrder(binary.LittleEndian)
		if wide {
			word = 8
		}
		if big {
			order = binary.BigEndian
		}
		pairs, err := splitAuxv(b, word, order)
		if err != nil {
			return
		}
		a, err := parseAuxv(pairs)
		if err != nil && a != absentAuxv {
			t.Fatalf("%+v with %v", a, err)
		}
		if n := a.AreaAlign(); n < 32 || n&(n-1) != 0 || n > maxAuxv {
			t.Fatalf("%+v needs alignment %d", a, n)
		}
		if n := a.AreaSize(); n < 32 || n > maxAuxv || !FieldsFor(n).Has(FieldCPUID) {
			t.Fatalf("%+v needs %d bytes", a, n)
		}
	})
}
