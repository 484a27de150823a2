package feature

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestCPUInfoFlags(t *testing.T) {
	for _, tt := range []struct {
		name          string
		rdtscp, rdpid bool
	}{
		{"rdpid", true, true},
		{"no-rdpid", true, false},
		{"arm64", false, false}, // has "Features" instead
	} {
		b, err := os.ReadFile("testdata/cpuinfo/" + tt.name)
		if err != nil {
			t.Fatal(err)
		}
		flags, err := parseCPUInfoFlags(bytes.NewReader(b))
		if err != nil || slices.Contains(flags, "rdpid") != tt.rdpid || slices.Contains(flags, "rdtscp") != tt.rdtscp {
			t.Errorf("%s: %v, %v", tt.name, flags, err)
		}
	}
}

func TestCPUInfoFlagsReadError(t *testing.T) {
	if _, err := parseCPUInfoFlags(iotest.ErrReader(os.ErrPermission)); err != os.ErrPermission {
		t.Errorf("a read error became %v", err)
	}
}

func TestProcessorHere(t *testing.T) {
	p := CPU()
	t.Logf("%+v", p)
	if p.RDPID != rdpid() || p.CacheLine != CacheLine() {
		t.Errorf("%+v differs when asked again", p)
	}
	// No processor has RDPID without RDTSCP, though a hypervisor may hide it.
	if p.RDPID && !p.RDTSCP {
		t.Logf("RDPID without RDTSCP")
	}
}

func FuzzCPUInfoFlags(f *testing.F) {
	for _, name := range []string{"rdpid", "no-rdpid", "arm64"} {
		b, err := os.ReadFile("testdata/cpuinfo/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add("flags:rdpid")
	f.Add("flags\t: \n\nflags\t: rdpid\n")
	f.Fuzz(func(t *testing.T, s string) {
		flags, err := parseCPUInfoFlags(strings.NewReader(s))
		if err != nil && flags != nil {
			t.Fatalf("%q with %v", flags, err)
		}
		for _, flag := range flags {
			if flag == "" || !strings.Contains(s, flag) || len(strings.Fields(flag)) != 1 {
				t.Fatalf("flag %q from %q", flag, s)
			}
		}
	})
}
