package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
)

// shownTo returns what a caller who may not see drafts sees; nil for one who sees everything.
func (s *Server) shownTo(ctx context.Context, name string) (*shown, error) {
	if seesDrafts(ctx, name) {
		return nil, nil
	}
	parent := committee(name)
	if err := resource.RefuseWildcard(parent); err != nil {
		return nil, err
	}
	return s.closed(ctx, parent)
}

// GetIndicator returns one indicator as the caller may see it.
func (s *Server) GetIndicator(ctx context.Context, req *controlv1.GetIndicatorRequest) (*controlv1.Indicator, error) {
	i, err := s.tables.Indicators.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	v, err := s.shownTo(ctx, req.GetName())
	if err != nil {
		return nil, err
	}
	if i = v.indicator(i); i == nil {
		return nil, fault.Missing(req.GetName())
	}
	return i, nil
}

// ListIndicators returns the indicators of a committee as the caller may see them. Those of a subject are picked in memory:
// a committee has some hundred at most.
func (s *Server) ListIndicators(ctx context.Context, req *controlv1.ListIndicatorsRequest) (*controlv1.ListIndicatorsResponse, error) {
	v, err := s.shownTo(ctx, req.GetParent())
	if err != nil {
		return nil, err
	}
	if v == nil && req.GetSubject() == "" {
		page, next, err := s.tables.Indicators.List(ctx, s.store, resource.QueryOf(req))
		return &controlv1.ListIndicatorsResponse{Indicators: page, NextPageToken: next}, err
	}
	all, err := s.tables.Indicators.All(ctx, s.store, strings.TrimSuffix(req.GetParent(), "/committees/-"))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(v.indicators(all), func(i *controlv1.Indicator) bool {
		return req.GetSubject() != "" && !slices.Contains(i.GetSubjects(), req.GetSubject())
	})
	page, next, err := resource.PageOf(all, req, req.GetSubject())
	return &controlv1.ListIndicatorsResponse{Indicators: page, NextPageToken: next}, err
}

// CreateIndicator stores a new indicator.
func (s *Server) CreateIndicator(ctx context.Context, req *controlv1.CreateIndicatorRequest) (*controlv1.Indicator, error) {
	if err := s.checkSubjects(ctx, req.GetParent(), req.GetIndicator().GetSubjects(), nil); err != nil {
		return nil, err
	}
	var stored *controlv1.Indicator
	subjects := req.GetIndicator().GetSubjects()
	err := s.recomputing(ctx, req.GetParent(), subjects, 0, func(known facts) (err error) {
		stored, err = resource.Create(ctx, s.store, s.tables.Indicators, resource.Creation[*controlv1.Indicator]{
			Parent: req.GetParent(), ID: req.GetIndicatorId(), Message: req.GetIndicator(), RequestID: req.GetRequestId(),
			Check: func(ctx context.Context, tx *resource.Tx, i *controlv1.Indicator) error {
				if err := refuse("indicator", checkIndicator(i)); err != nil {
					return err
				}
				return s.recompute(ctx, tx, req.GetParent(), subjects, 0, known, change{indicator: i})
			},
		})
		return err
	})
	s.wake()
	return stored, err
}

// UpdateIndicator changes the fields in the mask. What kind of number it is stays once it has measurements.
func (s *Server) UpdateIndicator(ctx context.Context, req *controlv1.UpdateIndicatorRequest) (*controlv1.Indicator, error) {
	before, err := s.tables.Indicators.Get(ctx, s.store, req.GetIndicator().GetName())
	if err != nil {
		return nil, err
	}
	parent := committee(before.GetName())
	if err := s.checkSubjects(ctx, parent, req.GetIndicator().GetSubjects(), before.GetSubjects()); err != nil {
		return nil, err
	}
	var stored *controlv1.Indicator
	subjects := slices.Concat(before.GetSubjects(), req.GetIndicator().GetSubjects())
	err = s.recomputing(ctx, parent, subjects, 0, func(known facts) (err error) {
		stored, err = resource.Update(ctx, s.store, s.tables.Indicators, resource.Change[*controlv1.Indicator]{
			Message: req.GetIndicator(), Mask: req.GetUpdateMask(), Reason: req.GetReason(),
			Check: func(ctx context.Context, tx *resource.Tx, was, is *controlv1.Indicator) error {
				if err := s.checkChange(ctx, tx, was, is); err != nil {
					return err
				}
				both := slices.Concat(was.GetSubjects(), is.GetSubjects())
				return s.recompute(ctx, tx, parent, both, 0, known, change{indicator: is, gone: was.GetName()})
			},
		})
		return err
	})
	s.wake()
	return stored, err
}

// checkChange refuses what an indicator may not become.
func (s *Server) checkChange(ctx context.Context, tx *resource.Tx, was, is *controlv1.Indicator) error {
	faults := checkIndicator(is)
	if was.GetQuantity() != is.GetQuantity() {
		used, err := s.hasMeasurements(ctx, tx, was.GetName())
		if err != nil {
			return err
		}
		if used {
			faults = append(faults, field("quantity", "QUANTITY_FIXED",
				"Mätningen har redan värden, så slaget av tal kan inte ändras. Lägg upp en ny mätning.", "the indicator has measurements"))
		}
	}
	return refuse("indicator", faults)
}

// hasMeasurements reports whether anything was measured of an indicator.
func (s *Server) hasMeasurements(ctx context.Context, r resource.Reader, indicator string) (bool, error) {
	some, _, err := s.tables.Measurements.List(ctx, r, resource.Query{Parent: committee(indicator), PageSize: 1,
		Where: []resource.Filter{resource.Equal("indicator", indicator)}})
	return len(some) > 0, err
}

// DeleteIndicator takes an indicator away that has no measurements.
func (s *Server) DeleteIndicator(ctx context.Context, req *controlv1.DeleteIndicatorRequest) (*emptypb.Empty, error) {
	before, err := s.tables.Indicators.Get(ctx, s.store, req.GetName())
	if err != nil {
		return nil, err
	}
	parent := committee(req.GetName())
	err = s.recomputing(ctx, parent, before.GetSubjects(), 0, func(known facts) error {
		return resource.Delete(ctx, s.store, s.tables.Indicators, resource.Removal[*controlv1.Indicator]{
			Name: req.GetName(), Etag: req.GetEtag(), Reason: req.GetReason(),
			Check: func(ctx context.Context, tx *resource.Tx, i *controlv1.Indicator) error {
				used, err := s.hasMeasurements(ctx, tx, i.GetName())
				if err != nil {
					return err
				}
				if used {
					return fault.State("IN_USE", "Mätningen har värden. Ta bort dem först, eller behåll den.", "the indicator has measurements")
				}
				return s.recompute(ctx, tx, parent, i.GetSubjects(), 0, known, change{gone: i.GetName()})
			},
		})
	})
	return &emptypb.Empty{}, err
}

// checkIndicator finds what is wrong with an indicator; whether its subjects exist the register says.
func checkIndicator(i *controlv1.Indicator) []fault.Field {
	faults := indicatorOf(i).Check()
	for n, subject := range i.GetSubjects() {
		switch {
		case !isSubject(subject, committee(i.GetName())):
			faults = append(faults, unknownSubject(at("subjects", n), subject))
		case slices.Contains(i.GetSubjects()[:n], subject):
			faults = append(faults, field(at("subjects", n), "DUPLICATE", "Kontrollmomentet står två gånger. Ta bort det ena.", "the subject is named twice"))
		}
	}
	return faults
}

// unknownSubject is the fault of a name that is no control area or control point of the committee.
func unknownSubject(path, subject string) fault.Field {
	return field(path, "UNKNOWN_SUBJECT",
		fmt.Sprintf("”%s” är inget kontrollområde eller kontrollmoment i nämndens planer. Välj ett ur planen.", subject),
		fmt.Sprintf("%q is no control area or control point of the committee", subject))
}

// checkSubjects asks the register whether the subjects that are new exist. Those of the right form only: the others are
// faults already.
func (s *Server) checkSubjects(ctx context.Context, parent string, subjects, before []string) error {
	faults, err := s.unknownSubjects(ctx, parent, subjects, before)
	if err != nil {
		return err
	}
	return refuse("indicator", faults)
}

// unknownSubjects finds new subjects of the right form that the register does not have.
func (s *Server) unknownSubjects(ctx context.Context, parent string, subjects, before []string) ([]fault.Field, error) {
	var faults []fault.Field
	for n, subject := range subjects {
		if slices.Contains(before, subject) || !isSubject(subject, parent) {
			continue
		}
		found, err := s.exists(ctx, subject)
		if err != nil {
			return nil, err
		}
		if !found {
			faults = append(faults, unknownSubject(at("subjects", n), subject))
		}
	}
	return faults, nil
}

// exists asks the register for a control area or control point.
func (s *Server) exists(ctx context.Context, subject string) (bool, error) {
	var err error
	if strings.Contains(subject, "/controlAreas/") {
		_, err = s.risk.GetControlArea(ctx, &riskv1.GetControlAreaRequest{Name: subject})
	} else {
		_, err = s.risk.GetControlPoint(ctx, &riskv1.GetControlPointRequest{Name: subject})
	}
	if f := rpcerr.FromStatus(err); f != nil && f.Kind == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// refuse returns the faults below a prefix as one fault; nil without any.
func refuse(prefix string, faults []fault.Field) error {
	return fault.Fields(control.Under(prefix, faults)...)
}

// at returns the path of an element, such as "subjects[2]".
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
