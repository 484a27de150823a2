// Command coexist is what TestCoexistence builds in every way that a Go program
// can be built, and starts in every way that it can be started: it adds from all
// kinds of threads while something happens, and prints as JSON what each thread
// reported and what the sums are. Built as a C library it is driven by host.c.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
)

// init keeps the main goroutine on the main thread, which is a case of its own
// in some processes.
func init() { runtime.LockOSThread() }

var (
	eventFlag   = flag.String("event", "", "what `happens` while threads add")
	outsideFlag = flag.Bool("outside", false, "print \"ready\" and go on until standard input ends")
)

func main() {
	flag.Parse()
	r, err := begin(*eventFlag)
	if err != nil {
		fail(err)
	}
	r.add("main", 1000)
	r.startC("c before")
	if err := r.happen(*eventFlag); err != nil {
		fail(err)
	}
	r.before = threads()
	if *outsideFlag {
		fmt.Println("ready")
		io.Copy(io.Discard, os.Stdin)
	}
	r.add("main", 1000)
	r.late()
	r.startC("c after")
	if err := json.NewEncoder(os.Stdout).Encode(r.end()); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "coexist:", err)
	os.Exit(1)
}
