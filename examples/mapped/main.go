// Mapped reads a file that is mapped into memory, from all CPUs, while it is replaced by
// new versions again and again, and shows that no reader is in a mapping that has gone.
//
//	go run ./examples/mapped
//
// It is what a database or a geo-IP table does that is looked up in place: readers need
// no lock and no copy. Whoever replaces the file maps the new version, exchanges a
// pointer, waits by primitives.Sections for the readers that may have loaded the old
// one, and unmaps that. A reader that was not waited for would end the program: a
// mapping that has gone can't be read.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

func main() {
	records := flag.Int("records", 10_000, "records in the file")
	readers := flag.Int("readers", 2*runtime.NumCPU(), "goroutines that read")
	duration := flag.Duration("for", 2*time.Second, "how long")
	every := flag.Duration("every", 5*time.Millisecond, "how often the file is replaced")
	flag.Parse()
	if err := run(os.Stdout, *records, *readers, *duration, *every); err != nil {
		fmt.Fprintln(os.Stderr, "mapped:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, records, readers int, duration, every time.Duration) error {
	if records < 1 || readers < 1 {
		return fmt.Errorf("want at least one record and one reader, not %d and %d", records, readers)
	}
	dir, err := os.MkdirTemp("", "mapped")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t, err := openTable(dir, records)
	if err != nil {
		return err
	}
	began := time.Now()
	reads, err := t.readWhileReplaced(readers, duration, every)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d records read in %v by %d goroutines, from %d versions of the file, each unmapped as the next was there\n",
		reads, time.Since(began).Round(time.Millisecond), readers, t.versions)
	return t.close()
}
