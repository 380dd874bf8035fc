package resource

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// PageRequest is what every list request has (AIP-158).
type PageRequest interface {
	GetParent() string
	GetPageSize() int32
	GetPageToken() string
}

// QueryOf turns a list request into a query, narrowed by filters.
func QueryOf(req PageRequest, where ...Filter) Query {
	return Query{Parent: req.GetParent(), PageSize: req.GetPageSize(), PageToken: req.GetPageToken(), Where: where}
}

// Row is where a page of a service's own rows ended, which are in order of a number and an id. The zero value is before the
// first.
type Row struct {
	Number int64
	ID     string
}

// PageSize returns how many rows a page holds.
func PageSize(req PageRequest) int {
	if req.GetPageSize() == 0 {
		return defaultPageSize
	}
	return min(int(req.GetPageSize()), maxPageSize)
}

// After reads from a request's token where the page before ended. The token is bound to the parent and the filters.
func After(req PageRequest, filters ...string) (Row, error) {
	if req.GetPageToken() == "" {
		return Row{}, nil
	}
	sum := filterSum(req, filters)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(req.GetPageToken())
	if err != nil || len(raw) < len(sum)+8 || string(raw[:len(sum)]) != string(sum) {
		return Row{}, badToken()
	}
	raw = raw[len(sum):]
	return Row{Number: int64(binary.BigEndian.Uint64(raw)), ID: string(raw[8:])}, nil
}

// Token returns the token of the page after the row.
func (r Row) Token(req PageRequest, filters ...string) string {
	raw := binary.BigEndian.AppendUint64(filterSum(req, filters), uint64(r.Number))
	return base64.RawURLEncoding.EncodeToString(append(raw, r.ID...))
}

// filterSum identifies a list apart from its page.
func filterSum(req PageRequest, filters []string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{req.GetParent()}, filters...), "\x00")))
	return sum[:8:8]
}

// PageOf returns a page of a list that lies in memory, such as that of a frozen version, and the token of the next, empty
// on the last. The token is bound to the parent and the filters.
func PageOf[M any](all []M, req PageRequest, filters ...string) ([]M, string, error) {
	sum := filterSum(req, filters)
	from, err := offset(req.GetPageToken(), sum, len(all))
	if err != nil {
		return nil, "", err
	}
	to := min(from+PageSize(req), len(all))
	if to == len(all) {
		return all[from:], "", nil
	}
	token := binary.BigEndian.AppendUint32(sum, uint32(to))
	return all[from:to], base64.RawURLEncoding.EncodeToString(token), nil
}

// offset reads the token of a list in memory.
func offset(token string, sum []byte, length int) (int, error) {
	if token == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(raw) == len(sum)+4 && string(raw[:len(sum)]) == string(sum) {
		return min(int(binary.BigEndian.Uint32(raw[len(sum):])), length), nil
	}
	return 0, badToken()
}
