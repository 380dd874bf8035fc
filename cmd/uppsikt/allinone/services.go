package allinone

import (
	"context"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement"
	"github.com/uppsikt/uppsikt/services/directory"
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
	return nil
}
