package sqlstore

import (
	"context"
	"crypto/sha256"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
)

func people() *resource.Table[*directoryv1.Person] {
	return resource.Define(resource.Spec[*directoryv1.Person]{
		Table: "people",
		Columns: []resource.Column[*directoryv1.Person]{
			{Name: "display_name", Value: func(p *directoryv1.Person) any { return p.GetDisplayName() }},
			{Name: "email_key", Value: emailKey},
			{Name: "disabled", Value: func(p *directoryv1.Person) any { return flag(p.GetDisabled()) }},
		},
	})
}

// emailKey is null for somebody without an address, so that the unique index lets several be without.
func emailKey(p *directoryv1.Person) any {
	if p.GetEmail() == "" {
		return nil
	}
	return org.NormalEmail(p.GetEmail())
}

// EmailHash is how an address lies in the tables outside row-level security.
func EmailHash(email string) []byte {
	sum := sha256.Sum256([]byte(org.NormalEmail(email)))
	return sum[:]
}

const (
	forgetLoginSQL  = `delete from logins where person = $1`
	keepLoginSQL    = `insert into logins (person, email_hash) values ($1, $2)`
	findLoginsSQL   = `select person from logins where email_hash = $1 order by person limit 8`
	personByMailSQL = `select id from people where tenant = $1 and email_key = $2 and id <> $3`
)

// KeepLogin returns the statements that make a person's address lead to them before their municipality is known.
func KeepLogin(p *directoryv1.Person) []sqldb.Stmt {
	stmts := []sqldb.Stmt{{SQL: forgetLoginSQL, Args: []any{p.GetName()}}}
	if p.GetEmail() != "" {
		stmts = append(stmts, sqldb.Stmt{SQL: keepLoginSQL, Args: []any{p.GetName(), EmailHash(p.GetEmail())}})
	}
	return stmts
}

// FindLogins returns the names of the people with an address, in order; one in each municipality at most, and no more
// than eight, which bounds the work of a sign-in.
func FindLogins(ctx context.Context, db sqldb.DB, email string) ([]string, error) {
	var names []string
	err := db.Read(ctx, "", sqldb.Stmt{SQL: findLoginsSQL, Args: []any{EmailHash(email)}, Each: func(r sqldb.Row) error {
		var name string
		if err := r.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
		return nil
	}})
	return names, err
}

// EmailTaken returns the statement that sets taken when another person of the municipality has p's address.
func EmailTaken(p *directoryv1.Person, taken *bool) sqldb.Stmt {
	return sqldb.Stmt{SQL: personByMailSQL,
		Args: []any{resource.Tenant(p.GetName()), org.NormalEmail(p.GetEmail()), resource.ID(p.GetName())},
		Each: func(sqldb.Row) error {
			*taken = true
			return nil
		}}
}
