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

// PageOf returns a page of a list that lies in memory, such as that of a frozen version, and the token of the next, empty
// on the last. The token is bound to the parent and the filters.
func PageOf[M any](all []M, req PageRequest, filters ...string) ([]M, string, error) {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{req.GetParent()}, filters...), "\x00")))
	from, err := offset(req.GetPageToken(), sum[:8], len(all))
	if err != nil {
		return nil, "", err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultPageSize
	}
	to := min(from+min(size, maxPageSize), len(all))
	if to == len(all) {
		return all[from:], "", nil
	}
	token := binary.BigEndian.AppendUint32(sum[:8:8], uint32(to))
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
