// Gate replaces an HTTP server on the loopback device again and again while clients send
// requests to it, and shows that none is lost: each is answered once, and what it began
// in the background is done before its server ends.
//
//	go run ./examples/gate
//
// The way is that of a deployment: the new server takes over the address that clients
// ask for, the old one closes its primitives.Gate, which waits for those inside, and
// then its connections. Requests that have come too late are told so, by status 503, and
// are sent to the new one.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

func main() {
	servers := flag.Int("servers", 10, "servers, one after the other")
	clients := flag.Int("clients", 16, "clients that send requests all the time")
	each := flag.Duration("each", 200*time.Millisecond, "how long each server serves")
	flag.Parse()
	if err := run(os.Stdout, *servers, *clients, *each); err != nil {
		fmt.Fprintln(os.Stderr, "gate:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, servers, clients int, each time.Duration) error {
	if servers < 1 || clients < 1 {
		return fmt.Errorf("want at least one server and one client, not %d and %d", servers, clients)
	}
	books := newLedger()
	front, err := serve(books)
	if err != nil {
		return err
	}
	var load load
	load.front.Store(&front.address)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			load.send(ctx, c)
		}()
	}
	for n := 1; ; n++ {
		time.Sleep(each)
		if n == servers {
			break
		}
		next, err := serve(books)
		if err != nil {
			return err
		}
		load.front.Store(&next.address)
		inside := front.gate.Len()
		began := time.Now()
		if err := front.shutDown(); err != nil {
			return err
		}
		fmt.Fprintf(out, "server %d is replaced: %d requests were inside, it took %v\n", n, inside, time.Since(began).Round(time.Microsecond))
		front = next
	}
	stop()
	wg.Wait()
	if err := front.shutDown(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d requests answered, %d of them by another server than the first that they were sent to\n", load.answered.Load(), load.sentAgain.Load())
	return books.check(load.answered.Load())
}
