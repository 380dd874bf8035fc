package client_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/xuri/excelize/v2"
	"google.golang.org/grpc"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"

	"github.com/uppsikt/uppsikt/cmd/uppsikt/client"
	"github.com/uppsikt/uppsikt/internal/exchange/exchangetest"
	"github.com/uppsikt/uppsikt/internal/workbook"
)

const care = "municipalities/exempelkommun/committees/omsorgsnamnden"

// measured is a control measurement with one indicator; it lists what the shelf keeps.
type measured struct {
	controlv1.UnimplementedControlMeasurementServiceServer
	shelf **exchangetest.Shelf
}

func (measured) ListIndicators(context.Context, *controlv1.ListIndicatorsRequest) (*controlv1.ListIndicatorsResponse, error) {
	return &controlv1.ListIndicatorsResponse{Indicators: []*controlv1.Indicator{{Name: care + "/indicators/hygien", Title: "Basal hygien", Quantity: controlv1.Quantity_QUANTITY_SHARE}}}, nil
}

func (m measured) ListMeasurements(context.Context, *controlv1.ListMeasurementsRequest) (*controlv1.ListMeasurementsResponse, error) {
	answer := &controlv1.ListMeasurementsResponse{}
	for _, kept := range (*m.shelf).Kept {
		if x, ok := kept.(*controlv1.Measurement); ok {
			answer.Measurements = append(answer.Measurements, x)
		}
	}
	return answer, nil
}

// careInstallation has a committee with an indicator.
func careInstallation(t *testing.T) *exchangetest.Installation {
	t.Helper()
	var controls *exchangetest.Shelf
	in := exchangetest.Install(t, func(r grpc.ServiceRegistrar) {
		controlv1.RegisterControlMeasurementServiceServer(r, measured{shelf: &controls})
	})
	controls = in.Controls
	in.Controls.Kept[care+"/indicators/hygien"] = &controlv1.Indicator{Name: care + "/indicators/hygien"}
	in.Directory.Kept["municipalities/exempelkommun"] = &directoryv1.Municipality{Name: "municipalities/exempelkommun"}
	in.Directory.Kept[care] = &directoryv1.Committee{Name: care}
	return in
}

// sheetFile writes a workbook of measurements.
func sheetFile(t *testing.T, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range append([][]any{{"Indikator", "Period", "Utfall %"}}, rows...) {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "matningar.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportOfAWorkbook(t *testing.T) {
	in := careInstallation(t)
	run := func(file string, more ...string) result {
		return execute(t, append([]string{"import", file, "--server", in.Address, "--committee", care, "--year", "2025", "--kind", "measurements"}, more...)...)
	}
	good := sheetFile(t, []any{"Basal hygien", 2024, "96 %"}, []any{"Basal hygien", 2025, 93})
	run(good, "--check").want(t, client.ExitOK, "2 rader lästa som mätningar", "kan läsas in (2 nya, 0 ändrade, 0 oförändrade)")
	run(good).want(t, client.ExitOK, "inläst (2 nya, 0 ändrade, 0 oförändrade)")
	run(good).want(t, client.ExitOK, "inläst (0 nya, 0 ändrade, 2 oförändrade)")
	run(good, "--map", "Utfall %=-").want(t, client.ExitOK, "Kolumnen läses inte")

	run(good, "--check", "--progress").want(t, client.ExitOK, "Läser rad 3 av 3 …", "Prövar 2 rader mot reglerna", "1 av 1: controlmeasurement")
	if quiet := run(good, "--check"); quiet.errors != "" {
		t.Errorf("nobody watches, but it said %q", quiet.errors)
	}

	bad := run(sheetFile(t, []any{"Basal hygien", 2025, "1,2,3"}, []any{"Okänd", 2025, 1}))
	bad.want(t, client.ExitFailed, "Sheet1, C2 (Utfall %): ”1,2,3” har två decimaltecken", "Sheet1, A3 (Indikator)", "Ingenting har lästs in.")
	execute(t, "import", good, "--server", in.Address).want(t, client.ExitFailed, "--committee och --year")
}

// TestTemplateHasTheCommitteesChoices: with a committee its indicators are to choose from, without one there is nobody to ask.
func TestTemplateHasTheCommitteesChoices(t *testing.T) {
	in := careInstallation(t)
	path := filepath.Join(t.TempDir(), "mall.xlsx")
	execute(t, "template", "--kind", "measurements", "-o", path, "--server", in.Address, "--committee", care).want(t, client.ExitOK)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := f.GetCellValue("Listor", "A1"); err != nil || got != "Basal hygien" {
		t.Errorf("first choice = %q, %v", got, err)
	}
	execute(t, "template", "--kind", "risks", "-o", path, "--server", in.Address, "--committee", care).want(t, client.ExitFailed, "behöver --year")
	executeWith(t, "", "template", "--kind", "measurements", "-o", path, "--committee", care).want(t, client.ExitFailed, "UPPSIKT_TOKEN")
}

func TestTemplateIsWritten(t *testing.T) {
	var grammar struct {
		Template client.Template `cmd:""`
	}
	path := filepath.Join(t.TempDir(), "mall.xlsx")
	parser, err := kong.New(&grammar, kong.Bind(client.App{}))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse([]string{"template", "--kind", "risks", "-o", path})
	if err != nil {
		t.Fatal(err)
	}
	if err := parsed.Run(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := workbook.Template(workbook.Risks, nil)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, want %d; %v", len(got), len(want), err)
	}
}
