package sqlstore

import (
	"strings"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
)

// ResultsSubject is the constraint that there is one result of a round and a subject.
const ResultsSubject = "results_subject"

func results() *resource.Table[*controlv1.Result] {
	return resource.Define(resource.Spec[*controlv1.Result]{
		Table: "results",
		Columns: []resource.Column[*controlv1.Result]{
			{Name: "subject", Value: func(r *controlv1.Result) any { return r.GetSubject() }},
			{Name: "plan", Value: func(r *controlv1.Result) any { return PlanOf(r.GetSubject()) }},
			{Name: "execution", Value: func(r *controlv1.Result) any { return word(r.GetExecution(), "EXECUTION_") }},
			{Name: "grade", Value: func(r *controlv1.Result) any { return r.GetGrade() }},
			{Name: "fulfilment", Value: func(r *controlv1.Result) any { return word(effectiveFulfilment(r), "FULFILMENT_") }},
			{Name: "deviates", Value: func(r *controlv1.Result) any { return yes(r.GetDeviates()) }},
			{Name: "position", Value: func(r *controlv1.Result) any { return int64(r.GetPosition()) }},
		},
		Order: []string{"position"},
	})
}

// effectiveFulfilment is the stated one, else the computed one.
func effectiveFulfilment(r *controlv1.Result) controlv1.Fulfilment {
	if r.GetStatedFulfilment() != controlv1.Fulfilment_FULFILMENT_UNSPECIFIED {
		return r.GetStatedFulfilment()
	}
	return r.GetComputedFulfilment()
}

// yes is a truth as it lies in a column.
func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// PlanOf returns the plan in the name of a control area or control point.
func PlanOf(subject string) string {
	parts := strings.Split(subject, "/")
	return strings.Join(parts[:min(len(parts), 6)], "/")
}

// SelectBodies returns the statement that reads the results below an ancestor as they lie in the database while a
// transaction has staged other states of them, without etag and times.
func SelectBodies(ancestor string, each func(round, id string, body []byte) error) sqldb.Stmt {
	return sqldb.Stmt{
		SQL:  "select parent, id, body from results where tenant = $1 and (parent = $2 or (parent >= $3 and parent < $4))",
		Args: []any{resource.Tenant(ancestor), ancestor, ancestor + "/", ancestor + "0"},
		Each: func(r sqldb.Row) error {
			var (
				parent, id string
				body       []byte
			)
			if err := r.Scan(&parent, &id, &body); err != nil {
				return err
			}
			return each(parent, id, body)
		},
	}
}
