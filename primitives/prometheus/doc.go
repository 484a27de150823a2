// Package prometheus is package prometheus of client_golang with counters and
// histograms that scale: a program changes the import
//
//	"github.com/prometheus/client_golang/prometheus"
//
// to
//
//	"github.com/percpu-go/percpu/primitives/prometheus"
//
// and nothing else. What it scrapes looks as before, byte for byte.
//
// Ours are [NewCounter], [NewCounterVec], [NewHistogram], [NewHistogramVec] and those of
// [V2]. Their additions and observations are made on this CPU's part of the value, and a
// vector finds its children without a lock. Everything else is client_golang's own, by
// alias, so that values of one package serve where the other's are asked for: Counter,
// Histogram, Labels, Desc, Registry and so on are the same types. Only CounterVec and
// HistogramVec are types of ours, with the methods of client_golang's; a function that
// asks for client_golang's *CounterVec is given [CounterVec.Client]. Beside this package
// stand promauto and promhttp, to be imported in the place of client_golang's.
//
// # What is different
//
//   - A sum of numbers that are not whole is rounded on each CPU, and once more when it is
//     read: the last bits depend on which CPU added what. Whole numbers are exact.
//   - A histogram for which options are given that ours has not is client_golang's, and
//     costs what that costs: see [NewHistogram].
//   - CounterVec and HistogramVec have no field MetricVec.
//   - Variables can't be aliases: whoever sets DefaultRegisterer or DefaultGatherer must
//     set this package's, which its functions and its promhttp's use.
//
// # Values that are there already
//
// A program that counts with package primitives shows its values by [CollectCounter],
// [CollectFloatCounter], [CollectCounterMap] and their like. [NewStatsCollector] shows
// what the library itself does: which backend was selected, why not a better one, and
// what it has had to do.
package prometheus
