package rpc

import (
	"context"
	"slices"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	"github.com/uppsikt/uppsikt/services/controlmeasurement/internal/control"
)

// subject asks the risk register what a result depends on, with the caller's own token. It comes before the transaction,
// which calls no other service.
func (s *Server) subject(ctx context.Context, round, name string) (*riskv1.ControlSubject, error) {
	if !isSubject(name, committee(round)) {
		return nil, fault.Fields(field("result.subject", "UNKNOWN_SUBJECT",
			"Resultatet ska gälla ett kontrollområde eller kontrollmoment i en av nämndens planer. Välj ett ur planen.",
			"the subject is no control area or control point of the committee"))
	}
	subject, err := s.risk.GetControlSubject(ctx, &riskv1.GetControlSubjectRequest{Round: round, Subject: name})
	return subject, subjectFault(err)
}

// subjectFault says of which field it is when the register does not take a subject.
func subjectFault(err error) error {
	f := rpcerr.FromStatus(err)
	switch {
	case f == nil:
		return nil
	case f.Kind == fault.NotFound:
		return fault.Fields(field("result.subject", "UNKNOWN_SUBJECT",
			"Uppföljningen, kontrollområdet eller kontrollmomentet finns inte. Välj ett som finns i planen.", f.English))
	case f.Kind == fault.Precondition && len(f.Fields) == 0:
		with := *f
		with.Fields = []fault.Field{field("result.subject", f.Reason, f.Swedish, f.English)}
		return &with
	default:
		return err
	}
}

// writable refuses results in a closed round; path is the field that names the round.
func writable(subject *riskv1.ControlSubject, path string) error {
	state := control.RoundClosed
	if subject.GetRound().GetState() == riskv1.RoundState_ROUND_STATE_OPEN {
		state = control.RoundOpen
	}
	f := fault.As(state.Writable())
	if f == nil {
		return nil
	}
	f.Fields = []fault.Field{field(path, f.Reason, f.Swedish, f.English)}
	return f
}

// gradesOf returns the grades that a result may have.
func gradesOf(subject *riskv1.ControlSubject) []control.Grade {
	return each(subject.GetGrades(), gradeOf)
}

// ownersOf returns who may write a result besides those who may write everything.
func ownersOf(subject *riskv1.ControlSubject) []*riskv1.Owner {
	return append(slices.Clone(subject.GetOwners()), subject.GetResponsibleManager())
}
