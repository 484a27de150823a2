package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/gatehttp"
)

// server answers requests for as long as its gate is open.
type server struct {
	address string
	gate    primitives.Gate
	http    http.Server
	served  chan error
}

// serve starts a server on an address of its own.
func serve(books *ledger) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{address: listener.Addr().String(), served: make(chan error, 1)}
	s.http.Handler = gatehttp.Handler(&s.gate, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Path
		books.write(books.handled, id)
		time.Sleep(time.Millisecond) // work, during which the server may be replaced
		// Something that the client does not wait for, but whoever shuts down does.
		if !s.gate.Go(func() {
			time.Sleep(2 * time.Millisecond)
			books.write(books.noted, id)
		}) {
			books.write(books.noted, id) // too late: then the client waits
		}
		fmt.Fprint(w, id)
	}))
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// shutDown waits for all that is inside, and then ends.
func (s *server) shutDown() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.gate.Close(ctx); err != nil {
		return fmt.Errorf("%d requests were not answered in time: %w", s.gate.Len(), err)
	}
	if err := s.http.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-s.served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ledger is what servers leave behind: how often each request was handled, and noted.
type ledger struct {
	mu             sync.Mutex
	handled, noted map[string]int
}

func newLedger() *ledger {
	return &ledger{handled: make(map[string]int), noted: make(map[string]int)}
}

func (l *ledger) write(page map[string]int, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	page[id]++
}

// check wants each request handled once and noted once.
func (l *ledger) check(answered int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, n := range l.handled {
		if n != 1 || l.noted[id] != 1 {
			return fmt.Errorf("request %s was handled %d times and noted %d times", id, n, l.noted[id])
		}
	}
	if int64(len(l.handled)) != answered || len(l.noted) != len(l.handled) {
		return fmt.Errorf("%d requests were answered, %d handled, %d noted", answered, len(l.handled), len(l.noted))
	}
	return nil
}
