// Freelist echoes UDP packets on the loopback device, first with a buffer made
// for each packet, then with buffers from a primitives.FreeList, and says how
// many allocations a packet took.
//
//	go run ./examples/freelist
//
// One goroutine reads packets and hands each, in its buffer, to one of several
// that answer, and so the buffers are got by one and put by others. That is the
// shape of many servers, and what a variable on the stack can't do.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	packets := flag.Int("packets", 50_000, "packets of each run")
	workers := flag.Int("workers", 2, "goroutines that answer")
	flag.Parse()
	if err := run(os.Stdout, *packets, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "freelist:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, packets, workers int) error {
	if packets < 1 || workers < 1 {
		return fmt.Errorf("want at least one packet and one worker, not %d and %d", packets, workers)
	}
	list := newListBuffers()
	for _, b := range []buffers{newBuffers{}, list} {
		r, err := measure(b, packets, workers)
		if err != nil {
			return fmt.Errorf("%s: %w", b, err)
		}
		fmt.Fprintf(out, "%-24s %d packets echoed, %.2f allocations and %.0f bytes for each\n", b, r.packets, r.allocations, r.bytes)
	}
	fmt.Fprintf(out, "%+v\n", list.Stats())
	return nil
}
