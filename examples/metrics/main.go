// Metrics is an HTTP server that counts its requests by path and code, their latencies in
// histograms, and those in flight, all on per-CPU values, and shows them to Prometheus and
// to people.
//
//	go run . [flags]
//
//	-addr host:port   where to serve (default 127.0.0.1:8080)
//	-load duration    don't wait for others' requests: send some for that long, then check
//	                  every count against what the clients have counted, and end
//	-clients n        that many at once, with -load (default 8)
//
// It serves /, /work, which takes up to a millisecond, /fail, which fails sometimes, and
// beside them /metrics and /debug/percpu. With -load the exit status is 1 if any count is
// off by one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

const (
	exitFailure = 1
	exitUsage   = 2
)

func run(args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("metrics", flag.ContinueOnError)
	set.SetOutput(stderr)
	addr := set.String("addr", "127.0.0.1:8080", "serve at `host:port`")
	load := set.Duration("load", 0, "send requests for that `duration`, check all counts, and end")
	clients := set.Int("clients", 8, "send requests from `n` clients at once")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	case set.NArg() > 0 || *load < 0 || *clients < 1:
		fmt.Fprintln(stderr, "metrics: no arguments, and no negative flags")
		return exitUsage
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if *load > 0 {
		*addr = "127.0.0.1:0"
	}
	s, err := listen(*addr)
	if err == nil {
		fmt.Fprintf(stdout, "serving at http://%s/metrics and http://%[1]s/debug/percpu\n", s.addr)
		if *load > 0 {
			err = loadAndCheck(ctx, s.addr, *clients, *load, stdout)
		} else {
			<-ctx.Done()
		}
		err = errors.Join(err, s.close())
	}
	if err != nil {
		fmt.Fprintf(stderr, "metrics: %v\n", err)
		return exitFailure
	}
	return 0
}

// server is one that listens.
type server struct {
	addr string
	http http.Server
	done chan error
}

func listen(addr string) (*server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &server{addr: l.Addr().String(), done: make(chan error, 1)}
	s.http.Handler, s.http.ReadHeaderTimeout = newHandler(), 10*time.Second
	go func() { s.done <- s.http.Serve(l) }()
	return s, nil
}

func (s *server) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if e := <-s.done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}
