package feature

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func mapsFixture(t testing.TB, name string) []mapping {
	t.Helper()
	b, err := os.ReadFile("testdata/maps/" + name)
	if err != nil {
		t.Fatal(err)
	}
	ms, err := parseMaps(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if want := bytes.Count(b, []byte("\n")); len(ms) != want {
		t.Fatalf("%s: %d mappings, want %d", name, len(ms), want)
	}
	return ms
}

const (
	server = "/usr/local/bin/server"
	lib    = "/usr/lib/x86_64-linux-gnu/"
	ld     = "ld-linux-x86-64.so.2"
	libcSO = "libc.so.6"
)

func TestCandidates(t *testing.T) {
	for _, tt := range []struct {
		name, exe string
		want      []string
	}{
		{"static", server, []string{server}},
		{"pie", server, []string{lib + ld, server}},
		{"cgo", server, []string{lib + ld, lib + libcSO, server}},
		{"deleted", server + " (deleted)", []string{lib + ld + " (deleted)", lib + libcSO, server + " (deleted)"}},
		{"spaces", "/opt/my  apps/the server, v2", []string{
			"/opt/my  apps/lib dir/" + ld, "/opt/my  apps/lib dir/" + libcSO, "/opt/my  apps/the server, v2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, o := range candidates(mapsFixture(t, tt.name), tt.exe) {
				got = append(got, o.path)
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("candidates %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDeleted(t *testing.T) {
	n := 0
	for _, m := range mapsFixture(t, "deleted") {
		if m.deleted() {
			n++
		}
	}
	if n != 8 {
		t.Errorf("%d mappings of deleted files, want 8", n)
	}
}

func TestParseMapsRefuses(t *testing.T) {
	for _, line := range []string{
		"\n", "x", "1000-2000", "1000-2000 r--p", "1000-2000 r--p x 00:00 0",
		"1000 r--p 0 00:00 0", "2000-1000 r--p 0 00:00 0", "1000-1000 r--p 0 00:00 0",
		"1000-2000 r-- 0 00:00 0", "-1000-2000 r--p 0 00:00 0", "1000-11112222333344445 r--p 0 00:00 0",
	} {
		if ms, err := parseMaps([]byte(line)); err == nil {
			t.Errorf("%q was taken for %+v", line, ms)
		}
	}
}

func FuzzParseMaps(f *testing.F) {
	for _, name := range []string{"static", "pie", "cgo", "deleted", "spaces"} {
		b, err := os.ReadFile("testdata/maps/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ms, err := parseMaps(b)
		if err != nil {
			return
		}
		for _, m := range ms {
			if m.start >= m.end || strings.ContainsRune(m.path, '\n') || strings.HasPrefix(m.path, " ") {
				t.Fatalf("%+v", m)
			}
		}
		candidates(ms, server)
		if bias, ok := loadBias(ms, lib+ld, ldProgs); ok {
			for _, p := range ldProgs {
				if !segmentAt(ms, lib+ld, p, bias+p.Vaddr) {
					t.Fatalf("bias %#x leaves %+v unmapped", bias, p)
				}
			}
		}
	})
}
