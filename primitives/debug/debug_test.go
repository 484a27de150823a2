package debug_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/debug"
)

// hostile are names, keys and labels of somebody who wants to be run.
var hostile = []string{
	`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`,
	`{{.Stats}}`, "</title></svg><b>", "a\x00b\u202ecod.exe", "\xff\xfe", "<!--", "]]>", "javascript:alert(1)", "\u2028alert(1)",
}

// full returns a page with values of every kind, whose names begin with the prefixes.
func full(prefixes ...string) *debug.Page {
	p := new(debug.Page)
	for _, pre := range prefixes {
		c, f := new(primitives.Counter), new(primitives.FloatCounter)
		c.Add(12345678)
		f.Add(-0.25)
		p.Counter(pre+"counter", c)
		p.FloatCounter(pre+"float", f)
		m := primitives.NewCounterMap[string](primitives.WithMaxKeys(60))
		for i := range 70 {
			m.Add(pre+strings.Repeat("k", i), int64(i))
		}
		p.CounterMap(pre+"map", m)
		h, e := primitives.NewHistogram([]float64{0.1, 1, 10}), primitives.NewExpHistogram()
		v := primitives.NewCounterVec([]string{"a", "b"})
		hv := primitives.NewHistogramVec([]string{"a"}, []float64{1, 2})
		for i := range 100 {
			x := math.Sin(float64(i)) * 5
			h.Observe(x)
			e.Observe(x)
			v.With(pre, "b").Inc()
			hv.With(pre).Observe(x)
		}
		e.Observe(math.NaN())
		f.Add(math.Inf(1))
		p.Histogram(pre+"histogram", h)
		p.ExpHistogram(pre+"exp", e)
		p.CounterVec(pre+"vec", v)
		p.HistogramVec(pre+"hvec", hv)
		fv := primitives.NewFloatCounterVec([]string{"a"})
		fv.With(pre).Add(0.5)
		fv.With(pre + "2").Add(0.25)
		p.FloatCounterVec(pre+"fvec", fv)
		p.Histogram(pre+"empty", primitives.NewHistogram(nil))
		p.ExpHistogram(pre+"empty exp", new(primitives.ExpHistogram))
		p.Counter(pre+"zero", new(primitives.Counter))
		largest, smallest := new(primitives.Max), new(primitives.Min)
		for _, x := range []float64{-2.5, 40, math.Inf(1)} {
			largest.Observe(x)
			smallest.Observe(x)
		}
		p.Max(pre+"max", largest)
		p.Min(pre+"min", smallest)
		p.Max(pre+"no max", new(primitives.Max))
	}
	return p
}

func get(t *testing.T, h http.Handler, target string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	r := w.Result()
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", target, r.Status, w.Body)
	}
	return r, w.Body.String()
}

// tags are all that the page may have.
var tags = regexp.MustCompile(`^(?:!DOCTYPE html|/?(?:html|head|title|style|body|header|h1|h2|main|section|article|p|span|dl|dt|dd|ul|li|pre|small|b|a|svg|g|rect|table|tr|td|script|noscript|meta)(?: [a-zA-Z-]+(?:="[^"<>]*")?)*/?)$`)

// TestHostileNames: nothing that a name, key or label says becomes markup, in HTML or in
// JSON.
func TestHostileNames(t *testing.T) {
	_, plain := get(t, full("x"), "/")
	r, html := get(t, full(hostile...), "/")
	if n, want := strings.Count(html, "<script"), strings.Count(plain, "<script"); n != want || want != 1 {
		t.Errorf("%d scripts, want %d", n, want)
	}
	body := html[strings.Index(html, "<body>"):strings.LastIndex(html, "<script>")]
	for i, part := range strings.Split(body, "<") {
		if i == 0 {
			continue
		}
		tag, _, ok := strings.Cut(part, ">")
		if !ok || !tags.MatchString(tag) || strings.Contains(tag, " on") {
			t.Errorf("a tag <%s>", tag)
		}
	}
	for _, bad := range []string{"\u202e", "\x00", "<img", "href=\"javascript", "=\"NaN", "=\"+Inf"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q is on the page", bad)
		}
	}
	if !strings.Contains(html, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the name is not shown")
	}
	for _, header := range []string{"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(r.Header.Get("Content-Security-Policy"), header) {
			t.Errorf("policy %q", r.Header.Get("Content-Security-Policy"))
		}
	}
	if strings.Contains(r.Header.Get("Content-Security-Policy"), "unsafe") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", r.Header)
	}

	r, text := get(t, full(hostile...), "/?json")
	if r.Header.Get("Content-Type") != "application/json" || strings.ContainsAny(text, "<>\u2028\x00") {
		t.Errorf("%s: %s", r.Header.Get("Content-Type"), text)
	}
	var back report
	if err := json.Unmarshal([]byte(text), &back); err != nil || len(back.Values) != 14*len(hostile) || back.Values[0].Name != hostile[0]+"counter" {
		t.Errorf("%v, %d values, first %+v", err, len(back.Values), back.Values[0])
	}
}

type report struct {
	Stats  primitives.Stats
	Values []struct {
		Name, Kind string
		Value      any
		Nothing    bool
		More       int
		Slots      []struct {
			Slot  int
			Value any
		}
		Series    []struct{ Labels []string }
		Histogram *struct {
			Bounds  []any
			Buckets []uint64
			Count   uint64
		}
	}
}

// TestJSON: what is there says what the values say.
func TestJSON(t *testing.T) {
	_, text := get(t, full(""), "/?json")
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	s, err := primitives.Default()
	if err != nil {
		t.Fatal(err)
	}
	if r.Stats.Backend != s.Backend.Name() || r.Stats.Slots != s.Backend.Memory().Geometry().Slots {
		t.Errorf("stats %+v", r.Stats)
	}
	for _, v := range r.Values {
		switch v.Name {
		case "counter":
			sum := 0.0
			for _, s := range v.Slots {
				sum += s.Value.(float64)
			}
			if v.Value != 12345678.0 || sum != 12345678 {
				t.Errorf("%+v", v)
			}
		case "float":
			if v.Value != "+Inf" {
				t.Errorf("%+v", v)
			}
		case "fvec":
			if v.Value != 0.75 || len(v.Series) != 2 {
				t.Errorf("%+v", v)
			}
		case "map":
			if len(v.Series) != 20 || v.More != 41 || v.Series[0].Labels[0] != "(overflow)" || v.Value != 69.0*70/2 {
				t.Errorf("%+v", v)
			}
		case "histogram":
			if v.Histogram.Count != 100 || len(v.Histogram.Buckets) != 4 || len(v.Histogram.Bounds) != 3 {
				t.Errorf("%+v", v.Histogram)
			}
		case "max":
			if v.Value != "+Inf" || v.Nothing {
				t.Errorf("%+v", v)
			}
		case "min":
			if v.Value != -2.5 {
				t.Errorf("%+v", v)
			}
		case "no max":
			if v.Value != nil || !v.Nothing {
				t.Errorf("%+v", v)
			}
		case "exp":
			n := uint64(1) // NaN
			for _, b := range v.Histogram.Buckets {
				n += b
			}
			if v.Histogram.Count != 101 || n != 101 {
				t.Errorf("%+v", v.Histogram)
			}
		}
	}
}

// TestReplaced: a name stands for the last value that was given by it.
func TestReplaced(t *testing.T) {
	p := new(debug.Page)
	var a, b primitives.Counter
	a.Add(111)
	b.Add(222)
	p.Counter("x", &a)
	p.Counter("x", &b)
	if _, html := get(t, p, "/"); strings.Contains(html, "<b>111</b>") || strings.Count(html, "<b>222</b>") != 1 {
		t.Error(html)
	}
}

// TestReplacedMeanwhile is for the race detector: a value may be given again while the page
// is read.
func TestReplacedMeanwhile(t *testing.T) {
	p := new(debug.Page)
	var c primitives.Counter
	p.Counter("x", &c)
	var replaced sync.WaitGroup
	replaced.Add(1)
	go func() {
		defer replaced.Done()
		for range 100 {
			p.Counter("x", &c)
			runtime.Gosched()
		}
	}()
	for range 10 {
		get(t, p, "/?json")
	}
	replaced.Wait()
}

// TestMethods: the page is for reading.
func TestMethods(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		w := httptest.NewRecorder()
		new(debug.Page).ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// TestServe is for looking at the page in a browser.
func TestServe(t *testing.T) {
	addr, ok := os.LookupEnv("PERCPU_DEBUG_SERVE")
	if !ok {
		t.Skip("PERCPU_DEBUG_SERVE is not an address to listen at")
	}
	p := full("", hostile[0])
	c := new(primitives.Counter)
	h := primitives.NewExpHistogram()
	p.Counter("busy", c)
	p.ExpHistogram("busy, seconds", h)
	for range 4 {
		go func() {
			for i := 0; ; i++ {
				c.Inc()
				if i%1000 == 0 {
					h.Observe(math.Exp(math.Sin(float64(i)) * 3))
					time.Sleep(time.Microsecond)
				}
			}
		}()
	}
	srv := &http.Server{Addr: addr, Handler: p, ReadHeaderTimeout: time.Second}
	t.Fatal(srv.ListenAndServe())
}
