package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document/typeface"
)

// The objects of one font follow each other in the painted file, in this order
// counted from its first.
const (
	fontDescendant = 1
	fontToUnicode  = 2
	fontDescriptor = 4
	fontGlyphMap   = 5
	fontObjects    = 7
)

// fonts renames the embedded fonts to their real names with a subset tag, and
// gives each an exact map back to text.
func (f *finisher) fonts() error {
	used := usedRunes(f.laid)
	for style, runes := range used {
		if len(runes) == 0 {
			continue
		}
		painted := "utf8" + fontFamily + styleName(typeface.Style(style))
		first := f.findFont(painted)
		if first == 0 || first+fontObjects > len(f.bodies) {
			return &FormatError{Part: "font " + painted}
		}
		sorted := slices.Sorted(maps.Keys(runes))
		f.renameFont(first, painted, subsetTag(sorted)+"+"+f.laid.family[style].Name)
		f.set(first+fontToUnicode, streamBody("", []byte(toUnicode(sorted))))
		if f.laid.variant == Archive1 {
			if err := f.glyphSet(first); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finisher) findFont(name string) int {
	prefix := []byte("<</Type /Font\n/Subtype /Type0\n/BaseFont /" + name + "\n")
	for number, body := range f.bodies {
		if bytes.HasPrefix(body, prefix) {
			return number
		}
	}
	return 0
}

func (f *finisher) renameFont(first int, old, name string) {
	for _, number := range []int{first, first + fontDescendant, first + fontDescriptor} {
		f.bodies[number] = bytes.ReplaceAll(f.bodies[number], []byte("/"+old+"\n"), []byte("/"+name+"\n"))
	}
}

// subsetTag is six letters that stand for the set of runes, as PDF demands.
func subsetTag(runes []rune) string {
	const letters = 6
	sum := sha256.Sum256([]byte(string(runes)))
	tag := make([]byte, letters)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// toUnicode maps the character codes of the file, which are UTF-16 already, to
// text. Only codes in use are listed: some others must not be.
func toUnicode(runes []rune) string {
	const perBlock = 100
	var out strings.Builder
	out.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for block := range slices.Chunk(runes, perBlock) {
		fmt.Fprintf(&out, "%d beginbfchar\n", len(block))
		for _, r := range block {
			fmt.Fprintf(&out, "<%04X> <%04X>\n", r, r)
		}
		out.WriteString("endbfchar\n")
	}
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	return out.String()
}

// glyphSet adds the list of embedded glyphs that PDF/A-1 demands, read from the
// painted font's map of codes to glyphs.
func (f *finisher) glyphSet(first int) error {
	glyphs, err := inflate(f.bodies[first+fontGlyphMap])
	if err != nil {
		return err
	}
	const codes = 1 << 16
	set := make([]byte, codes/8)
	// Code 0 is the glyph for what is missing, which every font has.
	set[0] = 0x80
	for code := 0; code < codes && 2*code+1 < len(glyphs); code++ {
		if glyphs[2*code] != 0 || glyphs[2*code+1] != 0 {
			set[code/8] |= 0x80 >> (code % 8)
		}
	}
	number := f.addStream("/Filter /FlateDecode", deflate(set))
	entry := fmt.Sprintf("/CIDSet %d 0 R /FontFile2", number)
	f.bodies[first+fontDescriptor] = bytes.Replace(f.bodies[first+fontDescriptor], []byte("/FontFile2"), []byte(entry), 1)
	return nil
}

func inflate(body []byte) ([]byte, error) {
	_, data, found := bytes.Cut(body, []byte("stream\n"))
	if !found {
		return nil, &FormatError{Part: "font stream"}
	}
	reader, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, &FormatError{Part: "font stream"}
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(reader); err != nil {
		return nil, &FormatError{Part: "font stream"}
	}
	return out.Bytes(), nil
}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	writer := zlib.NewWriter(&out)
	// Writing to memory does not fail.
	_, _ = writer.Write(data)
	_ = writer.Close()
	return out.Bytes()
}
