package workbook

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	// maxCalculated bounds the formulas without a kept value that are calculated, longest what each may say.
	maxCalculated = 2000
	longest       = 300
	// widest is how many cells a formula's range may hold.
	widest = 1000
	// densest is how many rows a sheet may reach for one that holds something: the calculator keeps those between too.
	densest = 200
)

// calculate gives formulas that the workbook kept no value of their value, where one can be told. Those left over are
// faults of their cells.
func (a *archive) calculate(c choice) error {
	asked := c.sheet.calculable()
	if len(asked) == 0 || len(asked) > maxCalculated || c.sheet.sparse() {
		return nil
	}
	book, err := excelize.OpenReader(bytes.NewReader(a.data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return damaged(c.sheet.name, err)
	}
	defer book.Close()
	for name, x := range asked {
		value, err := book.CalcCellValue(c.sheet.name, name)
		if err != nil {
			continue
		}
		x.text, x.uncached = strings.TrimSpace(value), false
		_, bad := parseNumber(x.text)
		x.number = !bad.is() && plainNumber.MatchString(x.text)
		x.broken = strings.HasPrefix(x.text, "#")
	}
	return nil
}

// calculable finds the formulas to calculate, by the names of their cells: those that are simple enough, and rest on no
// other that is not calculated.
func (s *sheet) calculable() map[string]*cell {
	open := map[string]*cell{}
	for i := range s.rows {
		for j := range s.rows[i].cells {
			if x := &s.rows[i].cells[j]; x.uncached {
				open[letters(x.column)+decimalText(int32(s.rows[i].number))] = x
			}
		}
	}
	asked := map[string]*cell{}
	for name, x := range open {
		if simple(x.source, open) {
			asked[name] = x
		}
	}
	return asked
}

// sparse reports whether the rows lie so far apart that filling the gaps would cost more than reading them.
func (s *sheet) sparse() bool {
	return len(s.rows) > 0 && s.rows[len(s.rows)-1].number > densest*len(s.rows)
}

var (
	quotedText = regexp.MustCompile(`"[^"]*"`)
	reference  = regexp.MustCompile(`\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?`)
	function   = regexp.MustCompile(`\b(?:SUM|PRODUCT|AVERAGE|MAX|MIN|COUNT|ROUND|ROUNDUP|ROUNDDOWN|INT|ABS|IF|AND|OR|NOT)\(`)
	arithmetic = regexp.MustCompile(`^[0-9.,;+\-*/^&<>=%() \t\r\n]*$`)
)

// simple reports whether a formula is arithmetic on few cells. Whatever else somebody may have written, such as a function
// of functions over a whole sheet, is not calculated here.
func simple(formula string, open map[string]*cell) bool {
	if len(formula) > longest {
		return false
	}
	rest := quotedText.ReplaceAllString(strings.ToUpper(formula), "")
	for _, m := range reference.FindAllStringSubmatch(rest, -1) {
		if !nearby(m[1]+m[2], m[3]+m[4], open) {
			return false
		}
	}
	rest = reference.ReplaceAllString(rest, "")
	return arithmetic.MatchString(function.ReplaceAllString(rest, "("))
}

// nearby reports whether the cells from one to another are few and hold their values; to is empty for a single cell.
func nearby(from, to string, open map[string]*cell) bool {
	if to == "" {
		to = from
	}
	left, top, one := coordinates(from)
	right, bottom, two := coordinates(to)
	if !one || !two || right < left || bottom < top || (right-left+1)*(bottom-top+1) > widest {
		return false
	}
	for column := left; column <= right; column++ {
		for number := top; number <= bottom; number++ {
			if open[letters(column)+decimalText(int32(number))] != nil {
				return false
			}
		}
	}
	return true
}
