// Package otel shows values of package primitives as OpenTelemetry metrics.
//
// Counters become observable instruments of a Meter, which are read when metrics are
// collected: [ObserveCounter], [ObserveFloatCounter], [ObserveCounterMap], [ObserveMax] and their like.
// Histograms have no observable instrument in OpenTelemetry; a [Producer] hands theirs over
// to a Reader of the SDK:
//
//	latencies := otel.NewProducer("example.com/server")
//	latencies.Histogram(otel.Instrument{Name: "latency", Unit: "s"}, h)
//	reader := metric.NewPeriodicReader(exporter, metric.WithProducer(latencies))
//
// [ObserveStats] shows what the library itself does.
package otel
