package resource

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// cursor is where a page ended: the values of the order columns, the parent and the id of its last row, bound to the
// query by a checksum.
type cursor struct {
	Sum    string `json:"s"`
	Order  []any  `json:"o,omitempty"`
	Parent string `json:"p"`
	ID     string `json:"i"`
}

// String returns the page token.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		return "" // strings and finite numbers always marshal
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(q Query) (cursor, error) {
	var c cursor
	text, err := base64.RawURLEncoding.Strict().DecodeString(q.PageToken)
	if err != nil {
		return c, badToken()
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&c); err != nil || d.More() || c.Sum != q.sum() {
		return c, badToken()
	}
	return c, nil
}

// orderValues turns JSON's numbers back into the types of the columns.
func (c cursor) orderValues() []any {
	values := make([]any, len(c.Order))
	for i, v := range c.Order {
		values[i] = v
		number, ok := v.(json.Number)
		if !ok {
			continue
		}
		if whole, err := number.Int64(); err == nil {
			values[i] = whole
		} else if real, err := number.Float64(); err == nil {
			values[i] = real
		}
	}
	return values
}

// sum identifies the query apart from its page.
func (q Query) sum() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", q.Parent)
	for _, f := range q.Where {
		if len(f.In) > 0 {
			fmt.Fprintf(h, "%q%q", f.Column, f.In)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
