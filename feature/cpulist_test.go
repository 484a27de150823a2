package feature

import (
	"slices"
	"testing"
)

func TestParseCPUList(t *testing.T) {
	for _, tt := range []struct {
		in         string
		want       CPUList
		count, max int
		text       string
	}{
		{"", nil, 0, -1, ""},
		{"\n", nil, 0, -1, ""},
		{"0\n", CPUList{{0, 0}}, 1, 0, "0"},
		{"0-1\n", CPUList{{0, 1}}, 2, 1, "0-1"},
		{"0-3,5", CPUList{{0, 3}, {5, 5}}, 5, 5, "0-3,5"},
		{"1,3,8-11,64-127\n", CPUList{{1, 1}, {3, 3}, {8, 11}, {64, 127}}, 70, 127, "1,3,8-11,64-127"},
		{"0-1,2", CPUList{{0, 1}, {2, 2}}, 3, 2, "0-1,2"},
		{"7-7", CPUList{{7, 7}}, 1, 7, "7"},
		{"0-65535", CPUList{{0, 65535}}, 65536, 65535, "0-65535"},
	} {
		got, err := ParseCPUList(tt.in)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %v, %v", tt.in, got, err)
			continue
		}
		if got.Count() != tt.count || got.Max() != tt.max || got.String() != tt.text {
			t.Errorf("%q: count %d, max %d, text %q", tt.in, got.Count(), got.Max(), got)
		}
	}
}

func TestParseCPUListRefuses(t *testing.T) {
	for _, in := range []string{
		" ", "\n\n", "x", "0,", ",0", "0,,1", "-", "1-", "-1", "+1", "0 ", " 0", "0x1", "1_0",
		"3-1", "0-3,3", "0-3,2", "5,1", "1,1", "0-3:1/2", "all", "0-1-2", "0\r\n",
		"65536", "0-65536", "99999999999999999999",
	} {
		if got, err := ParseCPUList(in); err == nil {
			t.Errorf("%q was taken for %v", in, got)
		}
	}
}

func FuzzParseCPUList(f *testing.F) {
	for _, s := range []string{"", "0\n", "0-3,5\n", "1,3,8-11", "3-1", "0-1,1", "65536", "00-01", "1-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseCPUList(s)
		if err != nil {
			return
		}
		again, err := ParseCPUList(l.String())
		if err != nil || !slices.Equal(again, l) {
			t.Fatalf("%q: %v prints as %q, which is %v, %v", s, []CPURange(l), l, again, err)
		}
	})
}
