package workbook

import (
	"context"
	"fmt"

	"google.golang.org/grpc"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// Conns are the connections to the owners of what rows refer to. They may be one and the same; the caller's credentials
// are theirs to add.
type Conns struct {
	Directory, RiskRegister, ControlMeasurement grpc.ClientConnInterface
}

// pageSize is the largest that the owners give.
const pageSize = 1000

// Load fetches what a committee has, as far as a kind needs it; an empty kind needs everything. Without a plan for the year,
// risks and controls are a fault of the kind Precondition.
func Load(ctx context.Context, conns Conns, committee string, year int, kind Kind) (*Known, error) {
	k := &Known{}
	if err := k.loadUnits(ctx, directoryv1.NewDirectoryServiceClient(conns.Directory), committee); err != nil {
		return nil, err
	}
	if kind != Measurements {
		if err := k.loadPlan(ctx, riskv1.NewRiskRegisterServiceClient(conns.RiskRegister), committee, year, kind); err != nil {
			return nil, err
		}
	}
	if kind == Measurements || kind == "" {
		if err := k.loadMeasurements(ctx, controlv1.NewControlMeasurementServiceClient(conns.ControlMeasurement), committee); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// pages calls a list until its last page.
func pages(page func(token string) (next string, err error)) error {
	for token := ""; ; {
		next, err := page(token)
		if err != nil || next == "" {
			return err
		}
		token = next
	}
}

func (k *Known) loadUnits(ctx context.Context, directory directoryv1.DirectoryServiceClient, committee string) error {
	return pages(func(token string) (string, error) {
		page, err := directory.ListUnits(ctx, &directoryv1.ListUnitsRequest{Parent: committee, PageSize: pageSize, PageToken: token})
		if err != nil {
			return "", fmt.Errorf("list units: %w", err)
		}
		k.Units = append(k.Units, page.GetUnits()...)
		return page.GetNextPageToken(), nil
	})
}

func (k *Known) loadPlan(ctx context.Context, risks riskv1.RiskRegisterServiceClient, committee string, year int, kind Kind) error {
	name := fmt.Sprintf("%s/plans/%d", committee, year)
	answer, err := risks.GetPlanSnapshot(ctx, &riskv1.GetPlanSnapshotRequest{Name: name})
	if f := rpcerr.FromStatus(err); f != nil && f.Kind == fault.NotFound {
		if kind == "" {
			return nil
		}
		return noPlan(committee, year)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	k.Plan = answer.GetSnapshot()
	if kind == Controls {
		return nil
	}
	return pages(func(token string) (string, error) {
		page, err := risks.ListRisks(ctx, &riskv1.ListRisksRequest{Parent: committee, PageSize: pageSize, PageToken: token})
		if err != nil {
			return "", fmt.Errorf("list risks: %w", err)
		}
		k.Risks = append(k.Risks, page.GetRisks()...)
		return page.GetNextPageToken(), nil
	})
}

func (k *Known) loadMeasurements(ctx context.Context, control controlv1.ControlMeasurementServiceClient, committee string) error {
	err := pages(func(token string) (string, error) {
		page, err := control.ListIndicators(ctx, &controlv1.ListIndicatorsRequest{Parent: committee, PageSize: pageSize, PageToken: token})
		if err != nil {
			return "", fmt.Errorf("list indicators: %w", err)
		}
		k.Indicators = append(k.Indicators, page.GetIndicators()...)
		return page.GetNextPageToken(), nil
	})
	if err != nil {
		return err
	}
	return pages(func(token string) (string, error) {
		page, err := control.ListMeasurements(ctx, &controlv1.ListMeasurementsRequest{Parent: committee, PageSize: pageSize, PageToken: token})
		if err != nil {
			return "", fmt.Errorf("list measurements: %w", err)
		}
		k.Measurements = append(k.Measurements, page.GetMeasurements()...)
		return page.GetNextPageToken(), nil
	})
}

// noPlan refuses risks and controls for a year that has no plan.
func noPlan(committee string, year int) error {
	return fault.State("NOT_FOUND", fmt.Sprintf("Nämnden har ingen plan för %d. Skapa planen först och läs sedan in arbetsboken.", year),
		fmt.Sprintf("%s/plans/%d does not exist", committee, year))
}
