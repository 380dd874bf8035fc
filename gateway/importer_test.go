package gateway

import (
	"errors"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/exchange"
	"github.com/uppsikt/uppsikt/internal/fault"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
)

func TestABrokenImportSaysWhatIsIn(t *testing.T) {
	report := &exchange.Report{Parts: []exchange.Part{
		{Service: exchange.Directory, Outcome: exchange.Applied},
		{Service: exchange.RiskRegister, Outcome: exchange.Failed},
		{Service: exchange.Reporting, Outcome: exchange.NotTried},
	}}
	got := brokenOff(report, errors.New("connection lost")).Text
	for _, want := range []string{"Inläst: personer och enheter.", "Inte inläst: planer och uppföljningar, ärenden.", "samma fil igen"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want it to say %q", got, want)
		}
	}
}

func TestARefusedImportSaysWhereTheFileBelongs(t *testing.T) {
	file := &exchange.File{Bundle: &exchangev1.Bundle{
		Municipalities: []*directoryv1.Municipality{{Name: "municipalities/granne", DisplayName: "Grannkommunen"}},
		Committees:     []*directoryv1.Committee{{Name: "municipalities/annan/committees/kommunstyrelsen"}},
	}}
	got := fault.As(refused(file, fault.Deny("no role")))
	if got == nil || got.Kind != fault.Denied {
		t.Fatalf("got %v, want a refusal", got)
	}
	want := "Filen är för Grannkommunen och annan. Byt namnen i filen, eller be den som har rätt att läsa in till Grannkommunen och annan."
	if got.Swedish != want {
		t.Errorf("got %q, want %q", got.Swedish, want)
	}
	if other := errors.New("connection lost"); !errors.Is(refused(file, other), other) {
		t.Error("another fault was changed")
	}
}
