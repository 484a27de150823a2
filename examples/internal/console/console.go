// Package console is what the examples write to standard error: whole lines, and
// on a terminal one that changes.
package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Console is standard error: whole lines, and if it is a terminal a last one
// that changes. Its methods may be called concurrently.
type Console struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	width    int // of the changing line, 0 if there is none
}

// New returns a Console that writes to w.
func New(w io.Writer) *Console { return &Console{w: w, terminal: isTerminal(w)} }

// isTerminal reports whether w is a character device. So is /dev/null, which
// doesn't mind.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Printf writes a line.
func (c *Console) Printf(format string, args ...any) {
	_, _ = fmt.Fprintf(c, format+"\n", args...)
}

// Write writes whole lines.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	return c.w.Write(p)
}

// Live shows the changing line until the returned function is called.
func (c *Console) Live(line func() string) (stop func()) {
	if !c.terminal {
		return func() {}
	}
	ticker := time.NewTicker(100 * time.Millisecond)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ticker.C:
				c.show(line())
			case <-quit:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(quit)
		<-done
		c.mu.Lock()
		defer c.mu.Unlock()
		c.clear()
	}
}

// show replaces the changing line. Spaces, since not every terminal knows an
// escape sequence for it.
func (c *Console) show(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	width := utf8.RuneCountInString(line)
	fmt.Fprint(c.w, "\r", line, strings.Repeat(" ", max(0, c.width-width)))
	c.width = width
}

// clear wipes the changing line. The caller holds mu.
func (c *Console) clear() {
	if c.width > 0 {
		fmt.Fprint(c.w, "\r", strings.Repeat(" ", c.width), "\r")
		c.width = 0
	}
}
