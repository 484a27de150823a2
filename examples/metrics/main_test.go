package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestLoad: the program sends requests, and every count is exact.
func TestLoad(t *testing.T) {
	var out, errs bytes.Buffer
	if status := run([]string{"-load", "300ms", "-clients", "4"}, &out, &errs); status != 0 || !strings.Contains(out.String(), "every count is exact") {
		t.Errorf("status %d\n%s%s", status, &out, &errs)
	}
}

// TestCheckFails: one request more or less, of a code or of a path, is found.
func TestCheckFails(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	want, err := send(ctx, s.addr, 2, func(uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	families, _, err := scrape(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := check(families, want); err != nil {
		t.Fatal(err)
	}
	for one := range want {
		want[one]++
		if check(families, want) == nil {
			t.Errorf("one more of %v went unnoticed", one)
		}
		want[one]--
	}
	families["http_requests_in_flight"].Metric[0].Gauge.Value = new(float64)
	*families["http_requests_in_flight"].Metric[0].Gauge.Value = 1
	if check(families, want) == nil {
		t.Error("one in flight went unnoticed")
	}
}

// TestPage: what the server counts is on the page.
func TestPage(t *testing.T) {
	s := start(t)
	for range 3 {
		if code, err := get(http.DefaultClient, "http://"+s.addr+"/nothing"); err != nil || code != http.StatusNotFound {
			t.Fatal(code, err)
		}
	}
	resp, err := http.Get("http://" + s.addr + "/debug/percpu")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), `<td>other</td><td>404</td><td class="number">3</td>`) {
		t.Errorf("%v\n%s", err, page)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"x"}, {"-load", "-1s"}, {"-clients", "0"}, {"-nothing"}} {
		if status := run(args, io.Discard, io.Discard); status != exitUsage {
			t.Errorf("%q: status %d", args, status)
		}
	}
}

func start(t *testing.T) *server {
	t.Helper()
	s, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
