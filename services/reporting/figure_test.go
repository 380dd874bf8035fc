package reporting_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/pdf/structcheck"
)

// GetIndicator returns one indicator.
func (c controlSource) GetIndicator(_ context.Context, req *controlv1.GetIndicatorRequest) (*controlv1.Indicator, error) {
	c.sources.mu.Lock()
	defer c.sources.mu.Unlock()
	for _, i := range c.sources.bundle.GetIndicators() {
		if i.GetName() == req.GetName() {
			return proto.CloneOf(i), nil
		}
	}
	return nil, status.Error(codes.NotFound, "no such indicator")
}

// ListMeasurements returns those of one indicator.
func (c controlSource) ListMeasurements(_ context.Context, req *controlv1.ListMeasurementsRequest) (*controlv1.ListMeasurementsResponse, error) {
	c.sources.mu.Lock()
	defer c.sources.mu.Unlock()
	answer := &controlv1.ListMeasurementsResponse{}
	for _, m := range c.sources.bundle.GetMeasurements() {
		if m.GetIndicator() == req.GetIndicator() {
			m = proto.CloneOf(m)
			m.EffectiveValue = m.Value
			answer.Measurements = append(answer.Measurements, m)
		}
	}
	return answer, nil
}

// carePlans is the indicator of care plans: 93 % in 2025, 96 % derived for 2024.
const carePlans = careCommittee + "/indicators/genomforandeplaner"

const trendFigure, unitsFigure = reportv1.IndicatorFigure_INDICATOR_FIGURE_TREND, reportv1.IndicatorFigure_INDICATOR_FIGURE_UNITS

func TestIndicatorFigureInEveryFormat(t *testing.T) {
	w := start(t)
	for format, want := range map[reportv1.FigureFormat]struct{ contentType, ending, magic string }{
		svgFigure: {"image/svg+xml", "svg", "<svg "}, pdfFigure: {"application/pdf", "pdf", "%PDF-"}, pngFigure: {"image/png", "png", "\x89PNG"},
	} {
		var header metadata.MD
		body := must[*httpbody.HttpBody](t)(w.RenderIndicatorFigure(w.care, &reportv1.RenderIndicatorFigureRequest{
			Indicator: carePlans, Year: 2025, Figure: trendFigure, Format: format}, grpc.Header(&header)))
		if body.GetContentType() != want.contentType || !bytes.HasPrefix(body.GetData(), []byte(want.magic)) {
			t.Errorf("%s: got %s, %.20q", format, body.GetContentType(), body.GetData())
		}
		name := "utkast-utveckling-omsorgsnamnden-genomforandeplaner-2025." + want.ending
		if got := strings.Join(header.Get("content-disposition"), ""); got != `attachment; filename="`+name+`"` {
			t.Errorf("%s: got file name %s", format, got)
		}
		if problems := structcheck.Check(body.GetData()); format == pdfFigure && len(problems) > 0 {
			t.Errorf("got problems %v", problems)
		}
		if format == svgFigure {
			contains(t, strings.ReplaceAll(string(body.GetData()), "\u00a0", " "), "2024–2025: från 96 % till 93 %", "nåddes inte", "härlett värde, inte mätt")
		}
	}
}

func TestIndicatorFigureOfUnits(t *testing.T) {
	w := start(t)
	w.sources.change(func(b *exchangev1.Bundle) {
		for i, value := range []float64{91, 88} {
			unit := b.GetUnits()[0].GetName()
			for _, u := range b.GetUnits() {
				if strings.HasPrefix(u.GetName(), careCommittee+"/") && (i == 0 || u.GetName() != unit) {
					unit = u.GetName()
				}
			}
			b.Measurements = append(b.Measurements, &controlv1.Measurement{Name: careCommittee + "/measurements/enhet-" + string(rune('a'+i)), Indicator: carePlans,
				Unit: unit + strings.Repeat("x", i), BeginDate: "2025-12-01", EndDate: "2025-12-31", Value: proto.Float64(value)})
		}
	})
	body := must[*httpbody.HttpBody](t)(w.RenderIndicatorFigure(w.care, &reportv1.RenderIndicatorFigureRequest{
		Indicator: carePlans, Year: 2025, Figure: unitsFigure, Format: svgFigure}))
	contains(t, strings.ReplaceAll(string(body.GetData()), "\u00a0", " "), "per enhet, 2025", "91 %", "88 %")
}

func TestIndicatorFigureRefused(t *testing.T) {
	w := start(t)
	draw := func(who context.Context, indicator string, figure reportv1.IndicatorFigure) error {
		_, err := w.RenderIndicatorFigure(who, &reportv1.RenderIndicatorFigureRequest{Indicator: indicator, Year: 2025, Figure: figure, Format: svgFigure})
		return err
	}
	refused(t, draw(w.care, carePlans, unitsFigure), fault.Precondition, "INCOMPLETE")
	refused(t, draw(w.care, careCommittee+"/indicators/finns-inte", trendFigure), fault.NotFound, "NOT_FOUND")
}
