package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// load is clients that send requests to whichever server is in front.
type load struct {
	front     atomic.Pointer[string]
	answered  atomic.Int64
	sentAgain atomic.Int64
}

// send sends requests, one after the other, until ctx is done. Each is sent until it is
// answered.
func (l *load) send(ctx context.Context, client int) {
	transport := http.Transport{MaxIdleConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	for n := 0; ctx.Err() == nil; n++ {
		id := fmt.Sprintf("/%d/%d", client, n)
		again := false
		for !l.ask(&transport, id) {
			again = true
			time.Sleep(100 * time.Microsecond)
		}
		l.answered.Add(1)
		if again {
			l.sentAgain.Add(1)
		}
	}
}

// ask sends a request, and reports whether it was answered. If not it was not handled
// either, or the ledger will show it twice.
func (l *load) ask(transport *http.Transport, id string) bool {
	request, err := http.NewRequest(http.MethodPost, "http://"+*l.front.Load()+id, nil)
	if err != nil {
		panic(err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return err == nil && response.StatusCode == http.StatusOK && string(body) == id
}
