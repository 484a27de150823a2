package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConsoleKeepsLinesApart(t *testing.T) {
	var b bytes.Buffer
	c := newConsole(&b)
	c.show("long line")
	c.show("short")
	c.printf("message %d", 1)
	c.printf("message %d", 2)
	want := "\rlong line" + "\rshort    " + "\r     \r" + "message 1\nmessage 2\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestLiveLine(t *testing.T) {
	var b bytes.Buffer
	c := newConsole(&b)
	c.terminal = true
	shown := make(chan struct{}, 100)
	stop := c.live(func() string { shown <- struct{}{}; return "line" })
	<-shown
	<-shown
	stop()
	if !strings.HasPrefix(b.String(), "\rline") || !strings.HasSuffix(b.String(), "\r    \r") {
		t.Errorf("%q is not shown and cleared", b.String())
	}
}

func TestNoLiveLineWithoutTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := newConsole(f)
	if c.terminal || newConsole(new(bytes.Buffer)).terminal {
		t.Error("a file or a buffer is taken for a terminal")
	}
	c.live(func() string { t.Error("asked for a line"); return "" })()
}

func TestProgressFitsALine(t *testing.T) {
	var c counts
	c.files.Add(123_456_789)
	c.lines.Add(12_345_678_901)
	c.bytes.Add(1e12)
	if s := progress(&c, 10*time.Minute); len(s) > 79 || !strings.HasPrefix(s, "123456789 files, 12345678901 lines, 1000000.0 MB") {
		t.Errorf("%q", s)
	}
}
