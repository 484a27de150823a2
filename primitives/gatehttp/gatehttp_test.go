package gatehttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/gatehttp"
)

func ExampleHandler() {
	var gate primitives.Gate
	server := httptest.NewServer(gatehttp.Handler(&gate, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello")
	})))
	defer server.Close()

	get := func() {
		if resp, err := http.Get(server.URL); err == nil {
			resp.Body.Close()
			fmt.Println(resp.Status)
		}
	}
	get()
	if err := gate.Close(context.Background()); err != nil {
		fmt.Println(err)
	}
	get()
	// Output:
	// 200 OK
	// 503 Service Unavailable
}

func TestHandler(t *testing.T) {
	var gate primitives.Gate
	begun, end := make(chan bool), make(chan bool)
	h := gatehttp.Handler(&gate, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic(http.ErrAbortHandler)
		}
		close(begun)
		<-end
		w.WriteHeader(http.StatusTeapot)
	}))
	serve := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	func() {
		defer func() {
			if recover() != http.ErrAbortHandler {
				t.Error("the panic did not get through")
			}
		}()
		serve("/panic")
	}()
	if gate.Len() != 0 {
		t.Error("a panic did not leave the gate")
	}
	answer := make(chan *httptest.ResponseRecorder)
	go func() { answer <- serve("/") }()
	<-begun
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if gate.Len() != 1 || gate.Close(ctx) == nil {
		t.Error("a request was not waited for")
	}
	if w := serve("/"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Connection") != "close" {
		t.Errorf("answered %d with %v", w.Code, w.Header())
	}
	close(end)
	if w := <-answer; w.Code != http.StatusTeapot {
		t.Errorf("answered %d", w.Code)
	}
	if err := gate.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
