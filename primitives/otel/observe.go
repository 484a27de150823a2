package otel

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/percpu-go/percpu/primitives"
)

// ObserveCounter shows c as an observable counter of m. c must only grow; for what also
// falls there is [ObserveUpDownCounter]. Attributes are those of observe, which may be
// none.
func ObserveCounter(m metric.Meter, name string, c *primitives.Counter, observe []attribute.KeyValue, opts ...metric.Int64ObservableCounterOption) error {
	with := metric.WithAttributes(observe...)
	_, err := m.Int64ObservableCounter(name, append(opts, metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(c.Load(), with)
		return nil
	}))...)
	return err
}

// ObserveUpDownCounter shows c as an observable up-down counter of m.
func ObserveUpDownCounter(m metric.Meter, name string, c *primitives.Counter, observe []attribute.KeyValue, opts ...metric.Int64ObservableUpDownCounterOption) error {
	with := metric.WithAttributes(observe...)
	_, err := m.Int64ObservableUpDownCounter(name, append(opts, metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(c.Load(), with)
		return nil
	}))...)
	return err
}

// ObserveFloatCounter shows c as an observable counter of m. c must only grow.
func ObserveFloatCounter(m metric.Meter, name string, c *primitives.FloatCounter, observe []attribute.KeyValue, opts ...metric.Float64ObservableCounterOption) error {
	with := metric.WithAttributes(observe...)
	_, err := m.Float64ObservableCounter(name, append(opts, metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
		o.Observe(c.Load(), with)
		return nil
	}))...)
	return err
}

// ObserveCounterMap shows each key of c as an observable counter of m. attributes makes a
// key's attributes; nil stands for one named key, the key as fmt prints it. What is in
// c's Overflow is not shown.
func ObserveCounterMap[K comparable](m metric.Meter, name string, c *primitives.CounterMap[K], attributes func(K) []attribute.KeyValue, opts ...metric.Int64ObservableCounterOption) error {
	if attributes == nil {
		attributes = func(key K) []attribute.KeyValue {
			return []attribute.KeyValue{text("key", fmt.Sprint(key))}
		}
	}
	_, err := m.Int64ObservableCounter(name, append(opts, metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		for key, n := range c.All() {
			o.Observe(n, metric.WithAttributes(attributes(key)...))
		}
		return nil
	}))...)
	return err
}

// ObserveCounterVec shows each series of v as an observable counter of m, with v's labels
// as attributes. What is in v's Overflow is shown with the attribute otel.metric.overflow, as
// the SDK does with its own.
func ObserveCounterVec(m metric.Meter, name string, v *primitives.CounterVec, opts ...metric.Int64ObservableCounterOption) error {
	_, err := m.Int64ObservableCounter(name, append(opts, metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		eachSeries(v, func(attrs attribute.Set, c *primitives.Counter) {
			o.Observe(c.Load(), metric.WithAttributeSet(attrs))
		})
		return nil
	}))...)
	return err
}

// ObserveFloatCounterVec is ObserveCounterVec for FloatCounters.
func ObserveFloatCounterVec(m metric.Meter, name string, v *primitives.FloatCounterVec, opts ...metric.Float64ObservableCounterOption) error {
	_, err := m.Float64ObservableCounter(name, append(opts, metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
		eachSeries(v, func(attrs attribute.Set, c *primitives.FloatCounter) {
			o.Observe(c.Load(), metric.WithAttributeSet(attrs))
		})
		return nil
	}))...)
	return err
}

// ObserveMax shows the largest number that x has seen as an observable gauge of m, if it has
// seen one since its last Reset. Attributes are those of observe, which may be none.
func ObserveMax(m metric.Meter, name string, x *primitives.Max, observe []attribute.KeyValue, opts ...metric.Float64ObservableGaugeOption) error {
	return observeExtreme(m, name, x.Load, observe, opts)
}

// ObserveMin is ObserveMax for the smallest number.
func ObserveMin(m metric.Meter, name string, x *primitives.Min, observe []attribute.KeyValue, opts ...metric.Float64ObservableGaugeOption) error {
	return observeExtreme(m, name, x.Load, observe, opts)
}

func observeExtreme(m metric.Meter, name string, load func() (float64, bool), observe []attribute.KeyValue, opts []metric.Float64ObservableGaugeOption) error {
	with := metric.WithAttributes(observe...)
	_, err := m.Float64ObservableGauge(name, append(opts, metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
		if v, ok := load(); ok {
			o.Observe(v, with)
		}
		return nil
	}))...)
	return err
}

// vector is a vector of T.
type vector[T any] interface {
	Labels() []string
	Range(func(values []string, item *T) bool)
	Overflow() *T
}

// eachSeries calls f for each series of v, and for its Overflow if there is one.
func eachSeries[T any](v vector[T], f func(attrs attribute.Set, item *T)) {
	v.Range(func(values []string, item *T) bool {
		f(labelled(v.Labels(), values), item)
		return true
	})
	if item := v.Overflow(); item != nil {
		f(overflow, item)
	}
}

var overflow = attribute.NewSet(attribute.Bool("otel.metric.overflow", true))

func labelled(labels, values []string) attribute.Set {
	all := make([]attribute.KeyValue, len(labels))
	for i, l := range labels {
		all[i] = text(l, values[i])
	}
	return attribute.NewSet(all...)
}

// text is an attribute of a value that may have come from anywhere. OTLP is protobuf, in
// which one text that is not UTF-8 keeps all others from being sent.
func text(key, value string) attribute.KeyValue {
	return attribute.String(key, strings.ToValidUTF8(value, "\uFFFD"))
}
