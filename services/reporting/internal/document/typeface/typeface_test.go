package typeface

import (
	"errors"
	"testing"
)

func TestFamilyCoversSwedishDocuments(t *testing.T) {
	family, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range "abcåäöÅÄÖéüšŁ0123456789 .,;:!?()/%§–—”’…≥≤×•−\u00a0\u00ad" {
		if !family.Covers(r) {
			t.Errorf("Covers(%q): got false, want true", r)
		}
	}
	for _, r := range "😀✓م漢א\ufffd" {
		if family.Covers(r) {
			t.Errorf("Covers(%q): got true, want false", r)
		}
	}
}

func TestWidths(t *testing.T) {
	family, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		style Style
		r     rune
		want  int
	}{
		// The widths of Liberation Sans are those of Helvetica.
		{Regular, 'i', 222}, {Regular, 'M', 833}, {Regular, ' ', 278}, {Bold, 'a', 556}, {Bold, '-', 333}, {Italic, 'w', 722}, {Regular, '😀', 0},
	}
	for _, test := range tests {
		if got := family[test.style].Width(test.r); got != test.want {
			t.Errorf("face %d, %q: got width %d, want %d", test.style, test.r, got, test.want)
		}
	}
	if got, want := family[Regular].TextWidth("iM", 10), 10.55; got != want {
		t.Errorf("TextWidth: got %v, want %v", got, want)
	}
}

func TestDamagedFontIsAnError(t *testing.T) {
	family, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	whole := family[Regular].TTF
	for _, size := range []int{0, 5, 12, 100, 2000} {
		var damaged *FontError
		if _, err := runeWidths(whole[:size]); !errors.As(err, &damaged) {
			t.Errorf("first %d bytes: got error %v, want *FontError", size, err)
		}
	}
}

// FuzzRuneWidths changes single bytes of the font's tables: reading never panics.
func FuzzRuneWidths(f *testing.F) {
	family, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	whole := family[Regular].TTF
	f.Add(uint32(14), byte(0xff))
	f.Fuzz(func(_ *testing.T, at uint32, value byte) {
		damaged := append([]byte(nil), whole...)
		damaged[int(at)%len(damaged)] = value
		_, _ = runeWidths(damaged)
	})
}
