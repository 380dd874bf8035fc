package suitetest_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/suitetest"
	"github.com/uppsikt/uppsikt/internal/workbook"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// desk is a committee's coordinator who imports workbooks over loopback, as the command line does.
type desk struct {
	testing.TB
	conn      grpc.ClientConnInterface
	ctx       context.Context
	committee string
	year      int
}

// coordinatorOf returns the desk of a committee whose plan for the year is a draft that the suite just got.
func coordinatorOf(t testing.TB, s *suitetest.Suite, committee string, year int) *desk {
	t.Helper()
	conn, err := grpc.NewClient(s.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(bearer(s.Token("coordinator", committee))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &desk{TB: t, conn: conn, ctx: t.Context(), committee: committee, year: year}
}

// bearer sends an access token with every call.
type bearer string

// GetRequestMetadata returns the header.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity is false: the suite listens on this machine only.
func (bearer) RequireTransportSecurity() bool { return false }

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// read reads a workbook against what the committee has.
func (d *desk) read(kind workbook.Kind, data []byte) *exchange.File {
	d.Helper()
	known, err := workbook.Load(d.ctx, workbook.Conns{Directory: d.conn, RiskRegister: d.conn, ControlMeasurement: d.conn}, d.committee, d.year, kind)
	d.must(err)
	book, err := workbook.Read(d.ctx, bytes.NewReader(data), workbook.Options{Committee: d.committee, Year: d.year, Kind: kind, Known: known})
	d.must(err)
	for _, f := range book.Faults {
		d.Errorf("%s: %s", f.Place(), f.Swedish)
	}
	file, err := book.File()
	d.must(err)
	return file
}

// apply checks and applies a file.
func (d *desk) apply(file *exchange.File) *exchange.Report {
	d.Helper()
	client := exchange.NewClient(exchange.Conns{Directory: d.conn, RiskRegister: d.conn, ControlMeasurement: d.conn, Reporting: d.conn})
	report, err := client.Apply(d.ctx, file, nil)
	d.must(err)
	return report
}

// sheetOf writes a workbook with one sheet.
func sheetOf(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestACoordinatorImportsWorkbooks brings risks, control points and measurements into a committee's draft with the rights
// of its coordinator alone, through the whole chain; the same files again change nothing.
func TestACoordinatorImportsWorkbooks(t *testing.T) {
	s, _ := suitetest.Start(t, suitetest.WithReferenceData)
	d := coordinatorOf(t, s, municipality+"/committees/omsorgsnamnden", 2031)
	register := riskv1.NewRiskRegisterServiceClient(d.conn)
	old, err := register.GetPlan(d.ctx, &riskv1.GetPlanRequest{Name: d.committee + "/plans/2025"})
	d.must(err)
	_, err = register.CreatePlan(d.ctx, &riskv1.CreatePlanRequest{Parent: d.committee, PlanId: "2031", Plan: &riskv1.Plan{MethodVersion: old.GetMethodVersion()}})
	d.must(err)
	_, err = controlv1.NewControlMeasurementServiceClient(d.conn).CreateIndicator(d.ctx, &controlv1.CreateIndicatorRequest{Parent: d.committee, IndicatorId: "vantan",
		Indicator: &controlv1.Indicator{Title: "Väntande ärenden", Quantity: controlv1.Quantity_QUANTITY_COUNT}})
	d.must(err)
	for _, tt := range []struct {
		kind workbook.Kind
		rows [][]any
		want int
	}{
		{workbook.Risks, [][]any{{"Nyckel", "Ansvarsområde/process", "Risk"}, {"R1", "Avtal", "Risk att avtal inte följs upp."}, {"R2", "Drift", "Risk för avbrott."}}, 4},
		{workbook.Controls, [][]any{{"Kontrollmoment", "Kontrollområde", "Risker", "Kontrollmetod"}, {"Uppföljning av avtal", "Avtal", "R1", "Stickprov"}}, 2},
		{workbook.Measurements, [][]any{{"Indikator", "Period", "Värde"}, {"Väntande ärenden", "2031-01", "1 200"}, {"Väntande ärenden", "2031-02", "900"}}, 2},
	} {
		data := sheetOf(t, tt.rows)
		first := d.apply(d.read(tt.kind, data))
		again := d.apply(d.read(tt.kind, data))
		if !first.OK() || first.Changes() != tt.want || !again.OK() || again.Changes() != 0 {
			t.Errorf("%s: %d changes, faults %v; again %d changes, faults %v", tt.kind, first.Changes(), first.Faults, again.Changes(), again.Faults)
		}
	}
	s.WantSound()
}

// BenchmarkWorkbookOf10000Measurements reads a workbook, checks it and applies it, from the file to what is stored, through
// every service on SQLite: s/op is what somebody at the keyboard waits for. Each run begins with an empty committee.
func BenchmarkWorkbookOf10000Measurements(b *testing.B) {
	const n = 10_000
	rows := [][]any{{"Indikator", "Enhet", "Period", "Täljare", "Nämnare", "Anmärkning"}}
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("Indikator %d", i%100), fmt.Sprintf("Enhet %d", i/100%10), fmt.Sprintf("2024-%02d", 1+i/1000), i % 90, 90, "Enligt egenkontroll"})
	}
	data := sheetOf(b, rows)
	var total float64
	for b.Loop() {
		b.StopTimer()
		d, stop := measuringCommittee(b)
		b.StartTimer()
		report := d.apply(d.read(workbook.Measurements, data))
		b.StopTimer()
		if !report.OK() || report.Changes() != n {
			b.Fatalf("%d changes, faults %v", report.Changes(), report.Faults)
		}
		stop()
		b.StartTimer()
	}
	total = b.Elapsed().Seconds()
	b.ReportMetric(total/float64(b.N), "s/op")
}

// measuringCommittee starts a suite with a committee of 10 units and 100 indicators.
func measuringCommittee(b *testing.B) (*desk, func()) {
	b.Helper()
	s, stop := suitetest.Start(b, suitetest.WithReferenceData)
	d := coordinatorOf(b, s, municipality+"/committees/omsorgsnamnden", 2024)
	directory := directoryv1.NewDirectoryServiceClient(s.Conn)
	for i := range 10 {
		_, err := directory.CreateUnit(s.As(b.Context(), "administrator", municipality), &directoryv1.CreateUnitRequest{Parent: d.committee,
			Unit: &directoryv1.Unit{DisplayName: fmt.Sprintf("Enhet %d", i)}})
		d.must(err)
	}
	control := controlv1.NewControlMeasurementServiceClient(s.Conn)
	for i := range 100 {
		_, err := control.CreateIndicator(authn.WithToken(b.Context(), s.Token("coordinator", d.committee)), &controlv1.CreateIndicatorRequest{Parent: d.committee,
			Indicator: &controlv1.Indicator{Title: fmt.Sprintf("Indikator %d", i), Quantity: controlv1.Quantity_QUANTITY_SHARE}})
		d.must(err)
	}
	return d, stop
}
