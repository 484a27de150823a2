package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// prometheusEnv says that there has to be a Prometheus server to test with.
const prometheusEnv = "PERCPU_REQUIRE_PROMETHEUS"

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv(prometheusEnv) != "" {
			t.Fatalf("required, but %v", err)
		}
		t.Skipf("no %s", name)
	}
	return path
}

// TestLint: promtool finds nothing to say about the metrics.
func TestLint(t *testing.T) {
	promtool := tool(t, "promtool")
	s := start(t)
	if _, err := get(http.DefaultClient, "http://"+s.addr+"/"); err != nil {
		t.Fatal(err)
	}
	_, text, err := scrape(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	lint := func(text string) ([]byte, error) {
		cmd := exec.Command(promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(text)
		return cmd.CombinedOutput()
	}
	if out, err := lint(text); err != nil || len(bytes.TrimSpace(out)) != 0 {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := lint("# TYPE camelCase counter\ncamelCase 1\n"); err == nil {
		t.Error("promtool has nothing to say about a bad name")
	}
}

// TestPrometheus: a real Prometheus server that scrapes the program, while clients send
// requests, has what the clients have counted in the end.
func TestPrometheus(t *testing.T) {
	binary := tool(t, "prometheus")
	s := start(t)
	p := startPrometheus(t, binary, s.addr)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	want, err := send(ctx, s.addr, 4, func(uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	total, byPath := 0.0, make(map[string]float64)
	for s, n := range want {
		total += float64(n)
		byPath[s.path] += float64(n)
	}
	p.wait(t, "sum(http_requests_total)", map[string]float64{"": total})
	for s, n := range want {
		p.wait(t, fmt.Sprintf("http_requests_total{path=%q,code=%q}", s.path, s.code), map[string]float64{s.path: float64(n)})
	}
	p.wait(t, "http_request_duration_seconds_count > 0", byPath)
	p.wait(t, `http_request_duration_seconds_bucket{le="+Inf"} > 0`, byPath)
	p.wait(t, "http_requests_in_flight", map[string]float64{"": 0})
	p.wait(t, "max_over_time(http_requests_in_flight[1m]) >= bool 0", map[string]float64{"": 1})
	t.Logf("%v requests", total)
}

type prometheusServer struct{ url string }

// startPrometheus starts a server that scrapes one address, and ends with the test.
func startPrometheus(t *testing.T, binary, target string) prometheusServer {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs: [{job_name: example, static_configs: [{targets: [%q]}]}]\n", target)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close() // it can't be handed over
	cmd := exec.Command(binary, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr, "--log.level=warn")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("Prometheus: %s", &log)
		}
	})
	p := prometheusServer{"http://" + addr}
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if code, err := get(http.DefaultClient, p.url+"/-/ready"); err == nil && code == http.StatusOK {
			return p
		}
		if time.Now().After(end) {
			t.Fatal("Prometheus does not become ready")
		}
	}
}

// query returns the value of each series of a result, by its path.
func (p prometheusServer) query(q string) (map[string]float64, error) {
	resp, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(q))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Status != "success" {
		return nil, fmt.Errorf("%s: %s %w", q, answer.Error, err)
	}
	values := make(map[string]float64)
	for _, r := range answer.Data.Result {
		text, _ := r.Value[1].(string)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, err
		}
		values[r.Metric["path"]] = v
	}
	return values, nil
}

// wait asks until the answer is that which is wanted: the next scrape comes.
func (p prometheusServer) wait(t *testing.T, q string, want map[string]float64) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		got, err := p.query(q)
		if err == nil && maps.Equal(got, want) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v, %v, want %v", q, got, err, want)
		}
	}
}
