package main

import (
	"fmt"
	"time"
)

// progress is the changing line of a walk. It reads the counters while
// everybody adds to them.
func progress(c *counts, elapsed time.Duration) string {
	return fmt.Sprintf("%d files, %d lines, %s in %.1fs",
		c.files.Load(), c.lines.Load(), megabytes(c.bytes.Load()), elapsed.Seconds())
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
