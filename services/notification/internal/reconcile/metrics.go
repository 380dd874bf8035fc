package reconcile

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// measure lets what is known be observed until end is called.
func (r *Reconciler) measure() (end func() error, err error) {
	if r.deps.Meter == nil {
		return func() error { return nil }, nil
	}
	meter := r.deps.Meter.Meter("github.com/uppsikt/uppsikt/services/notification")
	stale, staleErr := meter.Int64ObservableGauge("notification.stale",
		metric.WithDescription("1 while the owners of deadlines, people or results cannot be asked, so that what is known may be out of date."))
	age, ageErr := meter.Float64ObservableGauge("notification.reconcile.age", metric.WithUnit("s"),
		metric.WithDescription("How long ago this replica last compared a whole municipality; nothing before the first time."))
	observing, err := meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := r.Status()
		o.ObserveInt64(stale, map[bool]int64{true: 1}[s.Stale])
		if !s.Last.IsZero() {
			o.ObserveFloat64(age, r.deps.Store.Clock().Now().Sub(s.Last).Seconds())
		}
		return nil
	}, stale, age)
	if err := errors.Join(staleErr, ageErr, err); err != nil {
		return nil, err
	}
	return observing.Unregister, nil
}
