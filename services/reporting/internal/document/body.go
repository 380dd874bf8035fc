package document

import "strings"

// detailSeparator stands between the facts under the title.
const detailSeparator = " · "

// Labels are the words that the frame of a document prints. They live here so
// that every format uses the same ones.
const (
	LabelDraft     = "Utkast"
	LabelSources   = "Källor"
	LabelContinued = "(forts.)"
	LabelContents  = "Innehåll"
	labelCase      = "Diarienummer "
)

// EmptyMark stands where there is nothing to say, so that a reader sees that
// nothing was left out by mistake.
const EmptyMark = "–"

// Body returns everything that is printed, in reading order: the title, the
// facts about the document, its blocks and its sources.
func (d *Document) Body() []Block {
	body := make([]Block, 0, len(d.Lead)+len(d.Blocks)+4)
	for _, line := range d.Lead {
		body = append(body, line)
	}
	body = append(body, Heading{Level: 1, Text: d.Meta.Title})
	if details := d.details(); details != "" {
		body = append(body, Text(details))
	}
	body = append(body, d.Blocks...)
	return append(body, d.Meta.sourceBlocks()...)
}

// IsDetails reports whether the block of a body with the given index holds the
// facts under the title.
func IsDetails(body []Block, index int) bool {
	if index == 0 {
		return false
	}
	title, after := body[index-1].(Heading)
	_, text := body[index].(Paragraph)
	return after && text && title.Level == 1
}

// contentsLevel is the level of the headings that a table of contents lists.
const contentsLevel = 2

// Listed returns, for each block of a body, its number in the table of contents,
// from 1; 0 for a block that is not listed. Without a table nothing is listed.
func Listed(body []Block) []int {
	numbers := make([]int, len(body))
	after, count := false, 0
	for i, block := range body {
		switch block := block.(type) {
		case Contents:
			after = true
		case Heading:
			if after && block.Level == contentsLevel {
				count++
				numbers[i] = count
			}
		}
	}
	return numbers
}

func (d *Document) details() string {
	if len(d.Lead) == 0 {
		return d.Meta.details()
	}
	return joinNonEmpty(detailSeparator, joinNonEmpty(detailSeparator, d.Facts...), d.Meta.draft())
}

func (m Meta) draft() string {
	if m.State == Draft {
		return LabelDraft
	}
	return ""
}

func (m Meta) details() string {
	caseNumber := m.CaseNumber
	if caseNumber != "" {
		caseNumber = labelCase + caseNumber
	}
	return joinNonEmpty(detailSeparator, m.Issuer(), caseNumber, FormatDate(m.Date), m.draft())
}

func (m Meta) sourceBlocks() []Block {
	if len(m.Sources) == 0 {
		return nil
	}
	list := List{}
	for _, source := range m.Sources {
		list.Items = append(list.Items, Item{Blocks: []Block{Text(source)}})
	}
	return []Block{Heading{Level: 2, Text: LabelSources}, list}
}

func joinNonEmpty(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}
