// Package fontorder puts the properties of a workbook's fonts in the order that the standard has them in: excelize, which
// writes the templates and the documents, has an order of its own, which strict readers refuse.
package fontorder

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

// stylesPart is the part that holds the fonts.
const stylesPart = "xl/styles.xml"

// fontOrder is the order in which the standard has the properties of a font.
var fontOrder = []string{"b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "charset", "scheme"}

var (
	font         = regexp.MustCompile(`<font>.*?</font>`)
	fontProperty = regexp.MustCompile(`<([a-zA-Z]+)(?: [^>]*)?(?:/>|></[a-zA-Z]+>)`)
)

// Mend rewrites the file so that its fonts are as the standard has them.
func Mend(file []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range in.File {
		if part.Name != stylesPart {
			err = out.Copy(part)
		} else {
			err = orderStyles(out, part)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func orderStyles(out *zip.Writer, part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	w, err := out.Create(part.Name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, font.ReplaceAllStringFunc(string(content), orderFont))
	return err
}

// orderFont sorts the properties of one font.
func orderFont(text string) string {
	properties := fontProperty.FindAllString(strings.TrimPrefix(text, "<font>"), -1)
	slices.SortStableFunc(properties, func(a, b string) int { return rank(a) - rank(b) })
	return "<font>" + strings.Join(properties, "") + "</font>"
}

func rank(property string) int {
	return slices.Index(fontOrder, fontProperty.FindStringSubmatch(property)[1])
}
