package otel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/percpu-go/percpu/primitives"
)

// ObserveStats shows what [primitives.ReadStats] returns as observable instruments of m
// with the prefix percpu. It waits, when metrics are collected, for a selection of
// the backend that is under way.
func ObserveStats(m metric.Meter) error {
	var errs []error
	var all []metric.Observable
	counter := func(name, description, unit string) metric.Int64ObservableCounter {
		i, err := m.Int64ObservableCounter("percpu."+name, metric.WithDescription(description), metric.WithUnit(unit))
		errs, all = append(errs, err), append(all, i)
		return i
	}
	gauge := func(name, description, unit string) metric.Int64ObservableGauge {
		i, err := m.Int64ObservableGauge("percpu."+name, metric.WithDescription(description), metric.WithUnit(unit))
		errs, all = append(errs, err), append(all, i)
		return i
	}
	backend := gauge("backend", "The selected backend, as an attribute.", "1")
	rejected := gauge("backend.rejected", "Better backends that were not selected, and why.", "1")
	unlisted := gauge("unlisted_go", "1 if the backend serves under a version of Go that was not audited.", "1")
	registrations := counter("registrations", "Threads that were registered for restartable sequences.", "{thread}")
	failures := counter("registration.failures", "Threads that could not be registered, by errno.", "{thread}")
	fences := counter("fence.failures", "Fences that the system call for them did not make, by errno.", "{fence}")
	overflows := counter("overflows", "Operations done on overflow slots.", "{operation}")
	areas := gauge("areas", "Areas mapped for threads.", "{area}")
	inUse := gauge("areas.in_use", "Areas held by threads not known to have ended.", "{area}")
	slots := gauge("slots", "Slots that a value may have, one for each possible CPU.", "{slot}")
	chunks := gauge("memory.chunks", "Chunks of memory mapped for the slots' words.", "{chunk}")
	groups := gauge("memory.groups", "Groups of 64 words in use in each slot.", "{group}")
	free := gauge("memory.groups.free", "Groups of words waiting to be used again.", "{group}")
	refused := counter("memory.refused", "Values for which there was no memory, on one word each.", "{value}")
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := primitives.ReadStats()
		with := func(key, value string) metric.MeasurementOption {
			return metric.WithAttributes(attribute.String(key, value))
		}
		if s.Backend != "" {
			o.ObserveInt64(backend, 1, with("backend", s.Backend))
		}
		for _, reason := range s.Rejected {
			o.ObserveInt64(rejected, 1, with("reason", reason))
		}
		flag := int64(0)
		if s.UnlistedGo {
			flag = 1
		}
		o.ObserveInt64(unlisted, flag)
		o.ObserveInt64(registrations, int64(s.Registrations))
		for errno, n := range s.Failures {
			o.ObserveInt64(failures, int64(n), with("errno", errno))
		}
		for errno, n := range s.FenceFailures {
			o.ObserveInt64(fences, int64(n), with("errno", errno))
		}
		o.ObserveInt64(overflows, int64(s.Overflows))
		o.ObserveInt64(areas, int64(s.Areas))
		o.ObserveInt64(inUse, int64(s.AreasInUse))
		o.ObserveInt64(slots, int64(s.Slots))
		o.ObserveInt64(chunks, int64(s.Memory.Chunks))
		o.ObserveInt64(groups, int64(s.Memory.Groups))
		o.ObserveInt64(free, int64(s.Memory.Free))
		o.ObserveInt64(refused, int64(s.Memory.Refused))
		return nil
	}, all...)
	return err
}
