package otel_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/percpu-go/percpu/primitives"
	"github.com/percpu-go/percpu/primitives/otel"
)

func ExampleProducer() {
	h := primitives.NewHistogram([]float64{1, 10})
	producer := otel.NewProducer("example.com/server")
	producer.Histogram(otel.Instrument{Name: "latency", Unit: "s"}, h)
	reader := sdk.NewManualReader(sdk.WithProducer(producer))
	sdk.NewMeterProvider(sdk.WithReader(reader)) // which the program's instruments are of

	h.Observe(0.5)
	h.Observe(20)
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		fmt.Println(err)
		return
	}
	latency := all.ScopeMetrics[0].Metrics[0]
	point := latency.Data.(metricdata.Histogram[float64]).DataPoints[0]
	fmt.Println(latency.Name, point.Bounds, point.BucketCounts, point.Sum)
	// Output: latency [1 10] [1 0 1] 20.5
}

// An instrument that shows the extremes beside the buckets.
func ExampleInstrument() {
	h := primitives.NewHistogram([]float64{1, 10})
	var fastest primitives.Min
	var slowest primitives.Max
	for _, seconds := range []float64{0.5, 3, 20} {
		h.Observe(seconds)
		fastest.Observe(seconds)
		slowest.Observe(seconds)
	}
	producer := otel.NewProducer("example.com/server")
	producer.Histogram(otel.Instrument{
		Name: "latency", Description: "from the first byte to the last", Unit: "s",
		Attributes: []attribute.KeyValue{attribute.String("path", "/")},
		Min:        fastest.Load, Max: slowest.Load,
	}, h)
	reader := sdk.NewManualReader(sdk.WithProducer(producer))
	sdk.NewMeterProvider(sdk.WithReader(reader))

	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		fmt.Println(err)
		return
	}
	latency := all.ScopeMetrics[0].Metrics[0]
	point := latency.Data.(metricdata.Histogram[float64]).DataPoints[0]
	least, _ := point.Min.Value()
	most, _ := point.Max.Value()
	fmt.Println(latency.Name, latency.Unit, point.Count, least, most)
	// Output: latency s 3 0.5 20
}
