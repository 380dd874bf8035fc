package sqlstore

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/uppsikt/uppsikt/internal/journal"
	"github.com/uppsikt/uppsikt/internal/resource"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

// VerifyFiles compares every file of every final document with the digest that the document states, and reports each that
// is absent or was changed. The documents themselves are the store's to verify.
func VerifyFiles(ctx context.Context, store *resource.Store, tables *Tables, report func(journal.Problem)) error {
	chains, err := journal.Chains(ctx, store.DB())
	if err != nil {
		return err
	}
	for _, tenant := range slices.Sorted(maps.Keys(chains)) {
		if tenant == resource.Platform {
			continue
		}
		name := "municipalities/" + tenant
		err := store.View(ctx, name, func(ctx context.Context, v *resource.View) error {
			documents, err := tables.Documents.All(ctx, v, name)
			if err != nil {
				return err
			}
			for _, d := range documents {
				if err := verifyDocument(ctx, v, d, report); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func verifyDocument(ctx context.Context, v *resource.View, d *reportv1.Document, report func(journal.Problem)) error {
	for _, f := range d.GetFiles() {
		var content []byte
		if err := v.Run(ctx, SelectFile(d.GetName(), f.GetFormat(), &content)); err != nil {
			return err
		}
		if Digest(content) == f.GetSha256() {
			continue
		}
		entry, err := strconv.ParseInt(d.GetEtag(), 10, 64)
		if err != nil {
			return err
		}
		report(journal.Problem{Service: "reporting", Scope: resource.Scope(d.GetName()), Seq: entry, Resource: d.GetName(),
			What: "the " + FormatWord(f.GetFormat()) + " file is not the one that was made final"})
	}
	return nil
}
