// Package victoriametrics writes values of package primitives beside the metrics of
// github.com/VictoriaMetrics/metrics, in the same text format, which Prometheus reads, too:
//
//	set := new(victoriametrics.Set)
//	set.Counter(`requests_total{path="/"}`, &requests)
//	set.Stats()
//	metrics.RegisterMetricsWriter(set.WritePrometheus)
//
// As there, a name may have labels. Histograms are written with cumulative buckets and the
// label le, by which every tool for Prometheus knows them, and not with vmrange.
package victoriametrics
