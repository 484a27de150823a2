package console

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConsoleKeepsLinesApart(t *testing.T) {
	var b bytes.Buffer
	c := New(&b)
	c.show("long line")
	c.show("short")
	c.Printf("message %d", 1)
	c.Printf("message %d", 2)
	want := "\rlong line" + "\rshort    " + "\r     \r" + "message 1\nmessage 2\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestLiveLine(t *testing.T) {
	var b bytes.Buffer
	c := New(&b)
	c.terminal = true
	shown := make(chan struct{}, 100)
	stop := c.Live(func() string { shown <- struct{}{}; return "line" })
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
	c := New(f)
	if c.terminal || New(new(bytes.Buffer)).terminal {
		t.Error("a file or a buffer is taken for a terminal")
	}
	c.Live(func() string { t.Error("asked for a line"); return "" })()
}
