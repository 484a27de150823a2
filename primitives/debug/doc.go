// Package debug has a page to look at: what the per-CPU values of a program do. It is an
// http.Handler, for /debug/percpu say:
//
//	page := new(debug.Page)
//	page.Counter("requests", &requests)
//	page.Histogram("latency, seconds", latency)
//	mux.Handle("/debug/percpu", page)
//
// It shows which backend was selected and why not a better one, threads, failures, fences
// and memory; and for the values that the program has named what they are at, how their
// additions are spread over the CPUs, and histograms drawn. It refreshes itself.
//
// # What it gives away
//
// The page has no secrets to keep but what the program puts there: names, values, and the
// keys and labels of maps and vectors. It reads nothing else of the process, changes
// nothing, answers GET and HEAD only, and loads nothing from elsewhere, which its
// Content-Security-Policy forbids. It asks nobody who they are: put it where only those get
// who may see it, as with net/http/pprof.
//
// # The query ?json
//
// With ?json the answer is the same as one JSON object: "stats", which is
// primitives.Stats, and "values", each with "name", "kind" and what the kind has of
// "value", "nothing", "slots", "series", "more", "note" and "histogram".
package debug
