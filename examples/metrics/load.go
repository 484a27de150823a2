package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// series is a path, as the metrics have it, and a code.
type series struct{ path, code string }

// counts are requests that were answered.
type counts map[series]uint64

// targets are what clients ask for, and the path that it counts as.
var targets = map[string]string{"/": "/", "/work": "/work", "/fail": "/fail", "/nothing": "other", "/metric": "other"}

// send sends requests from some clients at once until the context ends, and returns how
// many were answered. A request that has begun is finished.
func send(ctx context.Context, addr string, clients int, progress func(uint64)) (counts, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, Timeout: time.Minute}
	names := slices.Sorted(maps.Keys(targets))
	var (
		mu   sync.Mutex
		all  = make(counts)
		errs []error
		sent atomic.Uint64
		done sync.WaitGroup
	)
	for range clients {
		done.Add(1)
		go func() {
			defer done.Done()
			mine, err := make(counts), error(nil)
			for ctx.Err() == nil && err == nil {
				target := names[rand.N(len(names))]
				var code int
				if code, err = get(&client, "http://"+addr+target); err == nil {
					mine[series{targets[target], strconv.Itoa(code)}]++
					sent.Add(1)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
			for s, n := range mine {
				all[s] += n
			}
		}()
	}
	ended := make(chan struct{})
	go func() {
		done.Wait()
		close(ended)
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			progress(sent.Load())
		case <-ended:
			return all, errors.Join(errs...)
		}
	}
}

// get returns the code of an answer that was read to its end.
func get(client *http.Client, url string) (int, error) {
	resp, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, errors.Join(err, resp.Body.Close())
}

// scrape returns what the server at an address shows Prometheus, by name and as text.
func scrape(addr string) (map[string]*dto.MetricFamily, string, error) {
	resp, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, "", err
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(text)))
	return families, string(text), err
}

// check compares the metrics with what the clients have counted.
func check(families map[string]*dto.MetricFamily, want counts) error {
	var errs []error
	got := make(counts)
	byPath, wantByPath := make(map[string]uint64), make(map[string]uint64)
	for _, m := range families["http_requests_total"].GetMetric() {
		got[series{labelOf(m, "path"), labelOf(m, "code")}] = uint64(m.GetCounter().GetValue())
	}
	for s, n := range want {
		wantByPath[s.path] += n
	}
	if !maps.Equal(got, want) {
		errs = append(errs, fmt.Errorf("requests: counted %v, want %v", got, want))
	}
	for _, m := range families["http_request_duration_seconds"].GetMetric() {
		h, path := m.GetHistogram(), labelOf(m, "path")
		if n := h.GetSampleCount(); n > 0 { // or nobody asked
			byPath[path] = n
		}
		if last := h.Bucket[len(h.Bucket)-1]; last.GetCumulativeCount() != h.GetSampleCount() || h.GetSampleSum() < 0 {
			errs = append(errs, fmt.Errorf("latencies of %s: %v", path, h))
		}
	}
	if !maps.Equal(byPath, wantByPath) {
		errs = append(errs, fmt.Errorf("latencies: counted %v, want %v", byPath, wantByPath))
	}
	if f := families["http_requests_in_flight"]; f == nil || f.Metric[0].GetGauge().GetValue() != 0 {
		errs = append(errs, fmt.Errorf("in flight: %v, want 0", f))
	}
	return errors.Join(errs...)
}

func labelOf(m *dto.Metric, name string) string {
	for _, l := range m.Label {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// loadAndCheck sends requests for some time, tells how many, and checks all counts.
func loadAndCheck(ctx context.Context, addr string, clients int, duration time.Duration, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	start := time.Now()
	want, err := send(ctx, addr, clients, func(n uint64) {
		fmt.Fprintf(out, "%2.0f s of %.0f: %d requests answered\n", time.Since(start).Seconds(), duration.Seconds(), n)
	})
	if err != nil {
		return err
	}
	families, _, err := scrape(addr)
	if err == nil {
		err = check(families, want)
	}
	if err != nil {
		return err
	}
	total := uint64(0)
	for _, s := range slices.SortedFunc(maps.Keys(want), func(a, b series) int { return strings.Compare(a.path+a.code, b.path+b.code) }) {
		fmt.Fprintf(out, "%-6s %s %8d\n", s.path, s.code, want[s])
		total += want[s]
	}
	fmt.Fprintf(out, "%d requests by %d clients, and every count is exact\n", total, clients)
	return nil
}
