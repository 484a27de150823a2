package debug

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"sync"

	"github.com/percpu-go/percpu/primitives"
)

// A Page is an http.Handler that shows the default backend's state, and the values that it
// was given, by the names that they were given by. The zero value is a page without
// values. A Page must not be copied after first use.
//
// Its methods may be called at any time and from any goroutine. A value is read when the
// page is, and kept for as long as the Page is there or another value is given by the same
// name. An answer costs what reading the values costs, and waits for a selection of
// the backend that is under way.
type Page struct {
	mu     sync.Mutex
	values []named
}

// named is a value that the page was given.
type named struct {
	name string
	read func() value // without its name
}

// add takes a value in, in the place of one of the same name.
func (p *Page) add(name string, read func() value) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.values {
		if p.values[i].name == name {
			p.values[i].read = read
			return
		}
	}
	p.values = append(p.values, named{name, read})
}

// report is what the page shows.
type report struct {
	Stats  primitives.Stats `json:"stats"`
	Values []value          `json:"values"`
}

func (p *Page) report() *report {
	p.mu.Lock()
	values := slices.Clone(p.values) // whose functions may be replaced meanwhile
	p.mu.Unlock()
	r := &report{Stats: primitives.ReadStats(), Values: make([]value, 0, len(values))}
	for _, v := range values {
		read := v.read()
		read.Name = v.name
		r.Values = append(r.Values, read)
	}
	return r
}

// ServeHTTP answers with the page, or with JSON if the query has json.
func (p *Page) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	var body bytes.Buffer
	var err error
	kind := "text/html; charset=utf-8"
	if req.URL.Query().Has("json") {
		kind = "application/json"
		err = writeJSON(&body, p.report())
	} else {
		err = writeHTML(&body, p.report())
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", policy())
	if err != nil { // a value's text can't be had
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", kind)
	_, _ = w.Write(body.Bytes()) // whoever asked has gone
}

func writeJSON(to *bytes.Buffer, r *report) error {
	enc := json.NewEncoder(to) // it escapes what HTML minds
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"count": count, "float": float, "shown": shown, "strip": newStrip, "bars": newBars,
	}).Parse(pageHTML))
})

// policy allows the page its own style and its own script, by their hashes, and that to
// ask the page again.
var policy = sync.OnceValue(func() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(pageCSS) + "; script-src " + hash(pageJS) +
		"; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
})

func writeHTML(to *bytes.Buffer, r *report) error {
	to.WriteString(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>percpu</title>
<style>` + pageCSS + `</style>
</head>
<body>
`)
	if err := page().Execute(to, r); err != nil {
		return err
	}
	to.WriteString("<script>" + pageJS + "</script>\n</body>\n</html>\n")
	return nil
}
