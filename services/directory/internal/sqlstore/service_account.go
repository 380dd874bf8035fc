package sqlstore

import (
	"context"
	"time"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// serviceAccounts are Local: an account is of one installation, as its secrets are, and no bundle hands out rights.
func serviceAccounts() *resource.Table[*directoryv1.ServiceAccount] {
	return resource.Define(resource.Spec[*directoryv1.ServiceAccount]{
		Table: "service_accounts",
		Local: true,
		Columns: []resource.Column[*directoryv1.ServiceAccount]{
			{Name: "title", Value: func(a *directoryv1.ServiceAccount) any { return a.GetTitle() }},
			{Name: "disabled", Value: func(a *directoryv1.ServiceAccount) any { return flag(a.GetDisabled()) }},
		},
	})
}

const (
	keepSecretSQL = `insert into service_account_secrets (tenant, account, secret_hash, created) values ($1, $2, $3, $4)`
	listSecretSQL = `select secret_hash, created from service_account_secrets where tenant = $1 and account = $2
		order by created desc, secret_hash`
	dropSecretSQL  = `delete from service_account_secrets where tenant = $1 and account = $2 and secret_hash = $3`
	dropSecretsSQL = `delete from service_account_secrets where tenant = $1 and account = $2`
)

// Secret is a secret of a service account as it is kept.
type Secret struct {
	// Hash is its SHA-256.
	Hash []byte
	// Created is when it was made.
	Created time.Time
}

// KeepSecret returns the statement that stores a secret of a service account.
func KeepSecret(account string, s Secret) sqldb.Stmt {
	return sqldb.Stmt{SQL: keepSecretSQL, Args: []any{resource.Tenant(account), account, s.Hash, sqldb.Micros(s.Created)}}
}

// ListSecrets returns the statement that reads the secrets of a service account, the newest first.
func ListSecrets(account string, into *[]Secret) sqldb.Stmt {
	return sqldb.Stmt{SQL: listSecretSQL, Args: []any{resource.Tenant(account), account}, Each: func(r sqldb.Row) error {
		var s Secret
		var created int64
		if err := r.Scan(&s.Hash, &created); err != nil {
			return err
		}
		s.Created = sqldb.Time(created)
		*into = append(*into, s)
		return nil
	}}
}

// FindSecrets returns the secrets of a service account, the newest first.
func FindSecrets(ctx context.Context, db sqldb.DB, account string) (found []Secret, err error) {
	err = db.Read(ctx, resource.Tenant(account), ListSecrets(account, &found))
	return found, err
}

// DropSecret returns the statement that takes away one secret of an account.
func DropSecret(account string, hash []byte) sqldb.Stmt {
	return sqldb.Stmt{SQL: dropSecretSQL, Args: []any{resource.Tenant(account), account, hash}}
}

// DropSecrets returns the statement that takes away every secret of an account.
func DropSecrets(account string) sqldb.Stmt {
	return sqldb.Stmt{SQL: dropSecretsSQL, Args: []any{resource.Tenant(account), account}}
}
