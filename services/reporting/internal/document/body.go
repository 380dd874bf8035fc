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
	body := make([]Block, 0, len(d.Blocks)+4)
	body = append(body, Heading{Level: 1, Text: d.Meta.Title})
	if details := d.Meta.details(); details != "" {
		body = append(body, Text(details))
	}
	body = append(body, d.Blocks...)
	return append(body, d.Meta.sourceBlocks()...)
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

func (m Meta) details() string {
	caseNumber := m.CaseNumber
	if caseNumber != "" {
		caseNumber = labelCase + caseNumber
	}
	draft := ""
	if m.State == Draft {
		draft = LabelDraft
	}
	return joinNonEmpty(detailSeparator, m.Issuer(), caseNumber, FormatDate(m.Date), draft)
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
