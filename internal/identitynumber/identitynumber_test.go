package identitynumber

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var findCases = []struct {
	name, text string
	want       []string
}{
	{"ten digits with dash", "850709-9805", []string{"850709-9805"}},
	{"ten digits", "8507099805", []string{"8507099805"}},
	{"twelve digits with dash", "19850709-9805", []string{"19850709-9805"}},
	{"twelve digits", "198507099805", []string{"198507099805"}},
	{"older than a hundred", "121212+1212", []string{"121212+1212"}},
	{"with a space", "850709 9805", []string{"850709 9805"}},
	{"with a no-break space", "850709\u00a09805", []string{"850709\u00a09805"}},
	{"with an en dash", "850709–9805", []string{"850709–9805"}},
	{"with a minus sign", "850709−9805", []string{"850709−9805"}},
	{"with spaces about the dash", "850709 - 9805", []string{"850709 - 9805"}},
	{"coordination number", "850769-9802", []string{"850769-9802"}},
	{"leap day", "20000229-0013", []string{"20000229-0013"}},
	{"leap day without century", "000229-0013", []string{"000229-0013"}},
	{"in a sentence", "Ärendet rör Anna (850709-9805), inte Bo.", []string{"850709-9805"}},
	{"at the end of a sentence", "Personnummer: 8507099805.", []string{"8507099805"}},
	{"two", "850709-9805, 121212-1212", []string{"850709-9805", "121212-1212"}},
	{"two in a list without spaces", "850709-9805,121212-1212", []string{"850709-9805", "121212-1212"}},
	{"numbered list", "1 850709-9805", []string{"850709-9805"}},
	{"before a slash", "850709-9805/Anna", []string{"850709-9805"}},
	{"touching a name", "Anna850709-9805", []string{"850709-9805"}},
	{"on two lines", "850709\n9805", nil},

	{"wrong check digit", "850709-9806", nil},
	{"no such month", "851309-9807", nil},
	{"no such day", "850732-9806", nil},
	{"no such leap day", "19010229-0012", nil},
	{"1900 was no leap year", "19000229-0013", nil},
	{"birth number 000", "850709-0002", nil},
	{"other century", "178507099805", nil},
	{"organisation number", "556036-0793", nil},
	{"organisation number of a municipality", "212000-0142", nil},
	{"organisation number with 16 before", "16556036-0793", nil},
	{"case number", "SN 2025/00123", nil},
	{"case number with dash", "KS 2024-00345-12", nil},
	{"date and time", "2025-03-12 14:30", nil},
	{"eleven digits", "18507099805", nil},
	{"thirteen digits", "1985070998050", nil},
	{"account number", "8327-9850709-9805", nil},
	{"goes on after a dash", "850709-9805-1", nil},
	{"begins before a dash", "12-850709-9805", nil},
	{"five at the end", "850709-98051", nil},
	{"seven at the start", "1850709-9805", nil},
	{"amount", "8507099805,50 kr", nil},
	{"decimals", "0,8507099805", nil},
	{"inside a hash", "ab8507099805cd", nil},
	{"after an underscore", "id_8507099805", nil},
	{"phone number", "08-507 099 80 5", nil},
	{"split elsewhere", "8507-099805", nil},
	{"two dashes", "850709--9805", nil},
	{"digits of another script", "٣8507099805", nil},
	{"empty", "", nil},
	{"invalid UTF-8", "\xff\xfe850709-9805\xff", []string{"850709-9805"}},
}

func TestFind(t *testing.T) {
	for _, tt := range findCases {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range Find(tt.text) {
				got = append(got, m.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Find(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

// aNumber draws a valid number without its separator, as date and last four.
func aNumber(t *rapid.T) (century, date, last string) {
	century = rapid.SampledFrom([]string{"", "18", "19", "20"}).Draw(t, "century")
	day := rapid.IntRange(1, 28).Draw(t, "day") + 60*rapid.IntRange(0, 1).Draw(t, "coordination")
	date = fmt.Sprintf("%02d%02d%02d", rapid.IntRange(0, 99).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), day)
	last = fmt.Sprintf("%03d", rapid.IntRange(1, 999).Draw(t, "birth"))
	return century, date, last + string(checkDigit(date+last))
}

func TestEveryValidNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		century, date, last := aNumber(t)
		separator := rapid.SampledFrom([]string{"", "-", "+", " ", "–", " - "}).Draw(t, "separator")
		number := century + date + separator + last
		before := rapid.SampledFrom([]string{"", "Anna ", "(", "pnr: ", "Å\n", "1. "}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", ".", ")", " och", "\n", ", 5"}).Draw(t, "after")
		got := Find(before + number + after)
		if len(got) != 1 || got[0].Text != number || got[0].Start != len(before) {
			t.Errorf("Find(%q): got %+v, want %q", before+number+after, got, number)
		}
	})
}

func TestOtherCheckDigitsAreNotFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		century, date, last := aNumber(t)
		wrong := byte('0' + (int(last[3]-'0')+rapid.IntRange(1, 9).Draw(t, "off"))%10)
		if got := Find(century + date + "-" + last[:3] + string(wrong)); len(got) != 0 {
			t.Errorf("got %+v, want none", got)
		}
	})
}

func TestOrganisationNumbersAreNotFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := fmt.Sprintf("%02d%02d%05d", rapid.IntRange(10, 99).Draw(t, "group"),
			rapid.IntRange(20, 99).Draw(t, "third"), rapid.IntRange(0, 99999).Draw(t, "rest"))
		number := first + string(checkDigit(first))
		for _, text := range []string{number, number[:6] + "-" + number[6:], "16" + number} {
			if got := Find(text); len(got) != 0 {
				t.Errorf("Find(%q): got %+v, want none", text, got)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"850709-9805", "x 198507099805, 121212+1212", "850709 – 9805", "\xff850709-9805"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, m := range Find(text) {
			if m.Start < end || m.End <= m.Start || m.End > len(text) || text[m.Start:m.End] != m.Text {
				t.Fatalf("Find(%q): bad match %+v", text, m)
			}
			end = m.End
			if alone := Find(m.Text); !slices.Equal(alone, []Match{{0, len(m.Text), m.Text}}) {
				t.Errorf("Find(%q) found %q, which alone gives %+v", text, m.Text, alone)
			}
			if utf8.ValidString(text) && !utf8.ValidString(m.Text) {
				t.Errorf("Find(%q) cuts a character: %q", text, m.Text)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("Kontrollen omfattar 25 av 120 beslut under perioden 2025-01-01–2025-06-30. ", 50)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}
