package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

const (
	insertFileSQL = `insert into document_files (tenant, document, format, content) values ($1, $2, $3, $4)`
	selectFileSQL = `select content from document_files where tenant = $1 and document = $2 and format = $3`
)

// InsertFile returns the statement that stores one file of a final document; it fails when there is one already.
func InsertFile(document string, format reportv1.DocumentFormat, content []byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: insertFileSQL, Args: []any{resource.Tenant(document), document, FormatWord(format), content}}
}

// SelectFile returns the statement that reads one file of a final document; content stays nil when there is none.
func SelectFile(document string, format reportv1.DocumentFormat, content *[]byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectFileSQL, Args: []any{resource.Tenant(document), document, FormatWord(format)},
		Each: func(r sqldb.Row) error {
			var read []byte
			err := r.Scan(&read)
			*content = bytes.Clone(read)
			return err
		}}
}

// Digest returns the SHA-256 of a file as documents state it.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ReadFile returns a file of a final document after checking it against the digest that the document states. A file that
// is absent or was changed is an internal fault: nobody but the operator can mend it.
func ReadFile(ctx context.Context, db sqldb.DB, document string, f *reportv1.DocumentFile) ([]byte, error) {
	var content []byte
	if err := db.Read(ctx, resource.Tenant(document), SelectFile(document, f.GetFormat(), &content)); err != nil {
		return nil, err
	}
	if Digest(content) != f.GetSha256() {
		return nil, &fault.Error{Kind: fault.Internal, Reason: "INTERNAL",
			Swedish: "Den sparade filen stämmer inte med sin kontrollsumma och lämnas därför inte ut. Kontakta den som driver systemet.",
			English: "the stored file of " + document + " does not match its SHA-256"}
	}
	return content, nil
}
