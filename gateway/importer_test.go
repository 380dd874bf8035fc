package gateway

import (
	"errors"
	"strings"
	"testing"

	"github.com/uppsikt/uppsikt/internal/exchange"
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
