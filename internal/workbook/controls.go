package workbook

import (
	"google.golang.org/protobuf/proto"

	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// control reads the current row as a control point.
func (w *work) control() {
	title, ok := w.required("title", "Skriv vad som ska kontrolleras.")
	stored, _ := w.c.pointOf.one(title)
	id, fine := w.id(stored, title)
	if !ok || !fine {
		return
	}
	name := w.plan + "/controlPoints/" + id
	if !w.once("title", name, "Raden handlar om samma kontroll som rad %d. Ge raderna olika nycklar eller ta bort den ena.") {
		return
	}
	point := w.point(name)
	point.Title = title
	w.kindOf(point)
	w.area(point)
	if parts, has := w.list("risk_entries"); has {
		point.RiskEntries = w.all("risk_entries", parts, w.c.entryWords, "planens risker")
	}
	w.named("unit", w.c.units, "nämndens enheter", &point.Unit)
	w.describe(point)
	w.bundle.ControlPoints = append(w.bundle.ControlPoints, point)
	w.place("control_points", len(w.bundle.GetControlPoints()))
}

// point returns what is stored under a name, or a new point last in the plan.
func (w *work) point(name string) *riskv1.ControlPoint {
	if stored := w.c.points[name]; stored != nil {
		return proto.CloneOf(stored)
	}
	w.c.lastPoint++
	return &riskv1.ControlPoint{Name: name, Kind: riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK, Position: w.c.lastPoint}
}

func (w *work) kindOf(p *riskv1.ControlPoint) {
	c, ok := w.cell("kind")
	if !ok {
		return
	}
	switch plain(c.text) {
	case "kontroll", "kontrollmoment", "egenkontroll":
		p.Kind = riskv1.ControlPointKind_CONTROL_POINT_KIND_CHECK
	case "granskning", "fördjupadgranskning":
		p.Kind = riskv1.ControlPointKind_CONTROL_POINT_KIND_REVIEW
	default:
		w.fault("kind", wrong{"KIND", "Skriv Kontroll eller Granskning.", "neither a check nor a review"})
	}
}

// area finds the control area by its heading, or adds it.
func (w *work) area(p *riskv1.ControlPoint) {
	title := ""
	if w.line("control_area", &title); title == "" {
		return
	}
	name, ambiguous := w.c.areas.one(title)
	if ambiguous {
		p.ControlArea = w.lookUp("control_area", title, w.c.areas, "kontrollområden")
		return
	}
	if name == "" {
		w.c.lastArea++
		name = w.plan + "/controlAreas/" + contentID(title)
		w.c.areas.add(name, title)
		w.bundle.ControlAreas = append(w.bundle.ControlAreas, &riskv1.ControlArea{Name: name, Title: title, Position: w.c.lastArea})
		w.place("control_areas", len(w.bundle.GetControlAreas()))
	}
	p.ControlArea = name
}

// describe reads how the control is carried out.
func (w *work) describe(p *riskv1.ControlPoint) {
	w.text("purpose", &p.Purpose)
	w.text("scope", &p.Scope)
	w.text("method", &p.Method)
	w.line("frequency", &p.Frequency)
	w.line("planned_sample", &p.PlannedSample)
	w.line("report_to", &p.ReportTo)
	w.step("stated_value", nil, &p.StatedValue)
	if roles, ok := w.list("owners"); ok {
		p.Owners = owners(roles, p.GetOwners())
	}
	manager := ""
	if w.line("responsible_manager", &manager); manager != "" {
		p.ResponsibleManager = owners([]string{manager}, []*riskv1.Owner{p.GetResponsibleManager()})[0]
	}
}
