package allinone

import (
	"cmp"
	"context"
	"path/filepath"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
	"github.com/uppsikt/uppsikt/services/notification"
	"github.com/uppsikt/uppsikt/services/reporting"
	"github.com/uppsikt/uppsikt/services/riskregister"
)

// openServices opens every service; they meet only through the connection.
func (s *Suite) openServices(ctx context.Context) error {
	d, err := directory.Open(ctx, directory.Config{Demo: s.config.Demo, Alone: true},
		directory.Deps{Database: s.databases[directory.Name], Logger: s.telemetry.Logger, Clock: s.clock})
	if err != nil {
		return err
	}
	s.directory, s.services = d, append(s.services, d)
	r, err := riskregister.Open(ctx, riskregister.DefaultConfig(),
		riskregister.Deps{Database: s.databases[riskregister.Name], Logger: s.telemetry.Logger, Clock: s.clock})
	if err != nil {
		return err
	}
	s.services = append(s.services, r)
	c, err := controlmeasurement.Open(ctx, controlmeasurement.DefaultConfig(), controlmeasurement.Deps{
		Database: s.databases[controlmeasurement.Name], Logger: s.telemetry.Logger, Clock: s.clock,
		Directory: directoryv1.NewDirectoryServiceClient(s.conn), RiskRegister: riskv1.NewRiskRegisterServiceClient(s.conn),
	})
	if err != nil {
		return err
	}
	s.services = append(s.services, c)
	p, err := reporting.Open(ctx, reporting.DefaultConfig(), reporting.Deps{
		Database: s.databases[reporting.Name], Logger: s.telemetry.Logger, Clock: s.clock,
		Directory: directoryv1.NewDirectoryServiceClient(s.conn), RiskRegister: riskv1.NewRiskRegisterServiceClient(s.conn),
		ControlMeasurement: controlv1.NewControlMeasurementServiceClient(s.conn),
	})
	if err != nil {
		return err
	}
	s.services = append(s.services, p)
	n, err := notification.Open(ctx, s.notificationConfig(), notification.Deps{
		Database: s.databases[notification.Name], Logger: s.telemetry.Logger, Clock: s.clock, Meter: s.telemetry.Meter,
		Directory: s.conn, RiskRegister: s.conn, ControlMeasurement: s.conn,
	})
	if err != nil {
		return err
	}
	s.notification, s.services = n, append(s.services, n)
	return nil
}

// localSender is who mails are from that nobody but a folder takes.
const localSender = "Uppsikt <uppsikt@localhost>"

// notificationConfig fills in what holds on one machine.
func (s *Suite) notificationConfig() notification.Config {
	cfg := notification.DefaultConfig()
	cfg.SMTP, cfg.Redis = s.config.SMTP, s.config.Redis
	cfg.From, cfg.PublicURL = cmp.Or(s.config.MailFrom, localSender), cmp.Or(s.config.PublicURL, s.address())
	if cfg.SMTP == "" {
		cfg.Outbox = filepath.Join(s.config.Data, "outbox")
	}
	return cfg
}
