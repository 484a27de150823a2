// Package gatehttp has HTTP requests pass a primitives.Gate, so that a server can be
// shut down without losing one. It is a package of its own because nobody who counts
// packets should have to link package net/http for it.
package gatehttp

import (
	"net/http"

	"github.com/percpu-go/percpu/primitives"
)

// Handler returns a handler that serves requests by next, inside the gate. Once the gate
// is closed it answers them with status 503, Service Unavailable, and asks the client
// to use another connection: it may have been made to a server that has taken over.
//
// To shut down, have new connections go elsewhere, close the gate, and then call
// [http.Server.Shutdown]:
//
//	err := errors.Join(gate.Close(ctx), server.Shutdown(ctx))
//
// When the gate's Close has returned each request that was let in has left next, and
// with it all that has gone through the gate beside it: work of its own that a request
// began by the gate's Go, and what came in by other servers. The end of an answer may still have
// to be written, for which Shutdown waits; it alone would wait for neither of these, and
// cut off who is about to send on a connection that is kept alive. A connection that next
// has hijacked is for next to count.
//
// A panic of next leaves the gate, and goes on to package net/http.
func Handler(gate *primitives.Gate, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !gate.Enter() {
			w.Header().Set("Connection", "close")
			http.Error(w, "shutting down", http.StatusServiceUnavailable)
			return
		}
		defer gate.Leave()
		next.ServeHTTP(w, r)
	})
}
