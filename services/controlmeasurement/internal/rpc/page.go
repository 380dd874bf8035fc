package rpc

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
)

// Page sizes, as the store has them.
const (
	defaultPage = 50
	maxPage     = 1000
)

// pageRequest is what every list request has.
type pageRequest interface {
	GetParent() string
	GetPageSize() int32
	GetPageToken() string
}

// query asks the store for a page.
func query(req pageRequest, where ...resource.Filter) resource.Query {
	return resource.Query{Parent: req.GetParent(), PageSize: req.GetPageSize(), PageToken: req.GetPageToken(), Where: where}
}

// pageOf returns a page of a list that lies in memory, and the token of the next. The token is bound to the parent and the
// filters.
func pageOf[M any](all []M, req pageRequest, filters ...string) ([]M, string, error) {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{req.GetParent()}, filters...), "\x00")))
	from, err := offset(req.GetPageToken(), sum[:8], len(all))
	if err != nil {
		return nil, "", err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultPage
	}
	to := min(from+min(size, maxPage), len(all))
	if to == len(all) {
		return all[from:], "", nil
	}
	token := binary.BigEndian.AppendUint32(sum[:8:8], uint32(to))
	return all[from:to], base64.RawURLEncoding.EncodeToString(token), nil
}

// offset reads a token.
func offset(token string, sum []byte, length int) (int, error) {
	if token == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(raw) == len(sum)+4 && string(raw[:len(sum)]) == string(sum) {
		return min(int(binary.BigEndian.Uint32(raw[len(sum):])), length), nil
	}
	return 0, fault.Fields(field("page_token", "PAGE_TOKEN",
		"Sidan hör inte till den här listan. Börja om från första sidan.", "the page token is not of this request"))
}
