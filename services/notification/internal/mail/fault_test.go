package mail

import (
	"strings"
	"testing"
)

func TestFaultText(t *testing.T) {
	for _, test := range []struct {
		answer Answer
		words  []string
	}{
		{Answer{Outcome: Taken, Step: StepEnd, Code: 250}, nil},
		{Answer{Outcome: Unlearnt, Step: StepEnd}, []string{"två gånger"}},
		{Answer{Refused, StepRecipient, 552, "5.2.2", "full"}, []string{"full", "rensa"}},
		{Answer{Later, StepRecipient, 452, "4.2.2", "full"}, []string{"full", "av sig självt"}},
		{Answer{Refused, StepRecipient, 550, "5.1.1", ""}, []string{"finns inte", "Administration"}},
		{Answer{Refused, StepRecipient, 550, "5.1.10", ""}, []string{"domän"}},
		{Answer{Refused, StepRecipient, 550, "5.1.9", ""}, []string{"godtar inte adressen"}},
		{Answer{Refused, StepRecipient, 550, "5.2.1", ""}, []string{"avstängd"}},
		{Answer{Refused, StepEnd, 552, "5.3.4", ""}, []string{"för stort"}},
		{Answer{Refused, StepEnd, 554, "5.7.1", ""}, []string{"skräppost"}},
		{Answer{Later, StepRecipient, 450, "4.7.1", "Greylisted"}, []string{"om en stund"}},
		{Answer{Later, StepRecipient, 450, "", "greylisted, try again"}, []string{"om en stund"}},
		{Answer{Later, StepRecipient, 451, "4.4.1", ""}, []string{"kunde inte nå"}},
		{Answer{Refused, StepRecipient, 550, "", "User unknown"}, []string{"finns inte"}},
		{Answer{Refused, StepRecipient, 550, "", "Rejected: listed as SPAM source"}, []string{"skräppost"}},
		{Answer{Refused, StepRecipient, 554, "5.0.0", "Quota exceeded"}, []string{"full"}},
		{Answer{Refused, StepEnd, 554, "", "nej"}, []string{"tog inte emot"}},
		{Answer{Later, StepRecipient, 530, "5.7.0", "Must authenticate"}, []string{"lösenord"}},
		{Answer{Later, StepSignIn, 535, "5.7.8", ""}, []string{"lösenord"}},
		{Answer{Later, StepTLS, 0, "", "x509"}, []string{"krypteras"}},
		{Answer{Later, StepConnect, 0, "", "refused"}, []string{"går inte att nå"}},
		{Answer{Later, StepConnect, 421, "", ""}, []string{"upptagen"}},
		{Answer{Later, StepConnect, 554, "", ""}, []string{"släpper inte in"}},
		{Answer{Later, StepSender, 550, "5.7.1", ""}, []string{"avsändaradress"}},
		{Answer{Later, StepData, 0, "", "EOF"}, []string{"bröts"}},
		{Answer{Refused, StepAddress, 0, "5.6.7", ""}, []string{"å, ä, ö"}},
		{Answer{Refused, StepAddress, 0, "", ""}, []string{"giltig"}},
	} {
		got := FaultText(test.answer)
		if (got == "") != (test.words == nil) {
			t.Errorf("%+v: got %q", test.answer, got)
		}
		for _, w := range test.words {
			if !strings.Contains(got, w) {
				t.Errorf("%+v: got %q, want words with %q", test.answer, got, w)
			}
		}
		if got != "" && !strings.HasSuffix(got, ".") {
			t.Errorf("%+v: got %q, want whole sentences", test.answer, got)
		}
	}
}
