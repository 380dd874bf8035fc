package courier

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	"github.com/uppsikt/uppsikt/services/notification/internal/mail"
	"github.com/uppsikt/uppsikt/services/notification/internal/sqlstore"
)

// meters measure the courier. None says whose mail it is.
type meters struct {
	mails        metric.Int64Counter
	lateness     metric.Float64Histogram
	registration metric.Registration
}

func newMeters(c *Courier) (*meters, error) {
	provider := c.deps.Meter
	if provider == nil {
		provider = noop.NewMeterProvider()
	}
	meter := provider.Meter("github.com/uppsikt/uppsikt/services/notification")
	m := &meters{}
	var errs [5]error
	m.mails, errs[0] = meter.Int64Counter("notification.mails", metric.WithUnit("{mail}"),
		metric.WithDescription("Mails handed over, by what came of it: sent, waiting, unlearnt or parked."))
	m.lateness, errs[1] = meter.Float64Histogram("notification.lateness", metric.WithUnit("s"),
		metric.WithDescription("How long after its time a mail is handed over."),
		metric.WithExplicitBucketBoundaries(0.1, 0.5, 1, 5, 15, 60, 300, 3600, 6*3600, 24*3600))
	due, err := meter.Int64ObservableGauge("notification.due", metric.WithUnit("{mail}"),
		metric.WithDescription("Mails whose time has come and that are not settled."))
	errs[2] = err
	degraded, err := meter.Int64ObservableGauge("notification.degraded",
		metric.WithDescription("1 while Redis is away and the database is asked what is due instead."))
	errs[3] = err
	m.registration, errs[4] = meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		o.ObserveInt64(degraded, map[bool]int64{true: 1}[c.degraded.Load()])
		var count int64
		if err := c.db().Read(ctx, "", sqlstore.CountDueTurns(c.deps.Store.Clock().Now(), &count)); err != nil {
			return err
		}
		o.ObserveInt64(due, count)
		return nil
	}, due, degraded)
	return m, errors.Join(errs[:]...)
}

// late measures how late a mail is handed over.
func (m *meters) late(ctx context.Context, by time.Duration) {
	m.lateness.Record(ctx, max(by, 0).Seconds())
}

// answered counts a mail that was handed over.
func (m *meters) answered(ctx context.Context, state notificationv1.DeliveryState, outcome mail.Outcome) {
	word := map[notificationv1.DeliveryState]string{sent: "sent", waiting: "waiting", parked: "parked"}[state]
	if outcome == mail.Unlearnt {
		word = "unlearnt"
	}
	m.mails.Add(ctx, 1, metric.WithAttributes(attribute.String("outcome", word)))
}

// close ends what observes.
func (m *meters) close() error { return m.registration.Unregister() }
