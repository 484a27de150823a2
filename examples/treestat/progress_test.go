package main

import (
	"strings"
	"testing"
	"time"
)

func TestProgressFitsALine(t *testing.T) {
	var c counts
	c.files.Add(123_456_789)
	c.lines.Add(12_345_678_901)
	c.bytes.Add(1e12)
	if s := progress(&c, 10*time.Minute); len(s) > 79 || !strings.HasPrefix(s, "123456789 files, 12345678901 lines, 1000000.0 MB") {
		t.Errorf("%q", s)
	}
}
