package structcheck

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// painting are the operators that put ink on a page.
const painting = " Tj TJ ' \" S s f F f* B B* b b* sh Do EI "

var mcidPattern = regexp.MustCompile(`/MCID\s+(\d+)`)

func (c *checker) contents() {
	for i, page := range c.pageList {
		stream, err := c.ctx.PageContent(page, i+1)
		if err != nil {
			c.report(Unreadable, "page %d: %v", i+1, err)
			continue
		}
		c.page(i, stream)
	}
}

// page follows the nesting of marked content. A sequence without identifier and
// not an artifact takes part in its surroundings.
func (c *checker) page(index int, stream []byte) {
	var open []bool
	inside, unmarked := 0, 0
	scan(stream, func(operator, operands string) {
		switch {
		case operator == "BDC" || operator == "BMC":
			marked := c.begin(index, operands)
			open = append(open, marked)
			inside += count(marked)
		case operator == "EMC" && len(open) > 0:
			inside -= count(open[len(open)-1])
			open = open[:len(open)-1]
		case operator == "EMC":
			c.report(Unbalanced, "page %d", index+1)
		case inside == 0 && strings.Contains(painting, " "+operator+" "):
			unmarked++
		}
	})
	if unmarked > 0 {
		c.report(Unmarked, "page %d: %d operators", index+1, unmarked)
	}
	if len(open) > 0 {
		c.report(Unbalanced, "page %d", index+1)
	}
}

func count(marked bool) int {
	if marked {
		return 1
	}
	return 0
}

// begin notes the content that a sequence opens and reports whether its ink is
// accounted for.
func (c *checker) begin(page int, operands string) bool {
	if match := mcidPattern.FindStringSubmatch(operands); match != nil {
		mcid, err := strconv.Atoi(match[1])
		if err != nil {
			return false
		}
		c.seen[content{page, mcid}] = true
		return true
	}
	return strings.HasPrefix(strings.TrimSpace(operands), "/Artifact")
}

// scan calls visit for every operator of a content stream, with the source of
// its operands.
func scan(stream []byte, visit func(operator, operands string)) {
	first := 0
	for i := 0; i < len(stream); {
		end, operator := token(stream, i)
		if operator {
			visit(string(stream[i:end]), string(stream[first:i]))
			first = end
		}
		i = end
	}
}

const (
	delimiters = "()<>[]{}/%"
	spaces     = " \t\r\n\f\x00"
)

// token returns the end of the token at i and whether it is an operator. It
// always moves on.
func token(stream []byte, i int) (end int, operator bool) {
	switch c := stream[i]; {
	case c == '(':
		return stringEnd(stream, i), false
	case c == '%':
		return i + 1 + index(stream[i+1:], "\r\n"), false
	case c == '/':
		return i + 1 + index(stream[i+1:], delimiters+spaces), false
	case c == '<' && !bytes.HasPrefix(stream[i:], []byte("<<")):
		return min(i+1+index(stream[i:], ">"), len(stream)), false
	case strings.IndexByte(delimiters+spaces, c) >= 0:
		return i + 1, false
	}
	end = i + index(stream[i:], delimiters+spaces)
	return end, !isOperand(string(stream[i:end]))
}

// index returns the place of the first of the given bytes, or the length.
func index(stream []byte, anyOf string) int {
	if at := bytes.IndexAny(stream, anyOf); at >= 0 {
		return at
	}
	return len(stream)
}

func isOperand(word string) bool {
	if word == "true" || word == "false" || word == "null" {
		return true
	}
	_, err := strconv.ParseFloat(word, 64)
	return err == nil
}

// stringEnd returns the end of a string, which may hold balanced parentheses.
func stringEnd(stream []byte, i int) int {
	depth := 0
	for ; i < len(stream); i++ {
		switch stream[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(stream)
}
