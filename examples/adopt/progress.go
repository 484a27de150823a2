package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// progress is a line of standard error that says what is under way, on a
// terminal; elsewhere it is silent.
type progress struct {
	w     io.Writer // nil if there is no terminal
	start time.Time

	mu    sync.Mutex
	width int
}

func newProgress(w io.Writer) *progress {
	p := &progress{start: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

// say shows what is under way.
func (p *progress) say(format string, args ...any) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	line := fmt.Sprintf("adopt: %3.0fs  ", time.Since(p.start).Seconds()) + fmt.Sprintf(format, args...)
	if r := []rune(line); len(r) > 100 {
		line = string(r[:99]) + "…"
	}
	width := utf8.RuneCountInString(line)
	fmt.Fprint(p.w, "\r", line, strings.Repeat(" ", max(0, p.width-width)))
	p.width = width
}

// clear wipes the line.
func (p *progress) clear() {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width > 0 {
		fmt.Fprint(p.w, "\r", strings.Repeat(" ", p.width), "\r")
	}
	p.width = 0
}
