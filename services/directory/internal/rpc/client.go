package rpc

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/credential"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// CreateServiceAccountSecret makes a new secret. The newest of the old ones goes on working, so that the system behind
// the account can change over without a break.
func (s *Sessions) CreateServiceAccountSecret(ctx context.Context, req *directoryv1.CreateServiceAccountSecretRequest) (*directoryv1.CreateServiceAccountSecretResponse, error) {
	secret := credential.NewKey()
	a, err := s.directory.changeSecrets(ctx, req.GetName(), "", func(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount) error {
		if a.GetDisabled() {
			return fault.State("WRONG_STATE", "Kontot är avstängt. Öppna det igen innan du skapar en hemlighet.", "the account is disabled")
		}
		return addSecret(ctx, tx, a, credential.Hash(secret))
	})
	if err != nil {
		return nil, err
	}
	return &directoryv1.CreateServiceAccountSecretResponse{ClientId: a.GetName(), ClientSecret: secret}, nil
}

// DeleteServiceAccountSecrets makes every secret stop working, and the tokens that were had by them within a minute.
func (s *Sessions) DeleteServiceAccountSecrets(ctx context.Context, req *directoryv1.DeleteServiceAccountSecretsRequest) (*emptypb.Empty, error) {
	_, err := s.directory.changeSecrets(ctx, req.GetName(), req.GetReason(), func(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount) error {
		a.SecretCreateTimes = nil
		return tx.Run(ctx, sqlstore.DropSecrets(a.GetName()), sqlstore.RevokeSubject(a.GetName(), tx.Now()))
	})
	return &emptypb.Empty{}, err
}

// changeSecrets changes an account's secrets. The journal has it as a change of the times at which they were made.
func (s *Server) changeSecrets(ctx context.Context, name, reason string,
	apply func(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount) error) (*directoryv1.ServiceAccount, error) {
	return resource.Modify(ctx, s.store, s.tables.ServiceAccounts, resource.Modification[*directoryv1.ServiceAccount]{
		Name: name, Reason: reason, Apply: apply})
}

// addSecret stores a secret in the place of all but the newest that fit beside it.
func addSecret(ctx context.Context, tx *resource.Tx, a *directoryv1.ServiceAccount, hash []byte) error {
	var secrets []sqlstore.Secret
	if err := tx.Run(ctx, sqlstore.ListSecrets(a.GetName(), &secrets)); err != nil {
		return err
	}
	kept := secrets[:min(len(secrets), org.SecretsAtOnce-1)]
	for _, surplus := range secrets[len(kept):] {
		if err := tx.Run(ctx, sqlstore.DropSecret(a.GetName(), surplus.Hash)); err != nil {
			return err
		}
	}
	fresh := sqlstore.Secret{Hash: hash, Created: tx.Now()}
	a.SecretCreateTimes = nil
	for _, secret := range slices.Backward(append([]sqlstore.Secret{fresh}, kept...)) {
		a.SecretCreateTimes = append(a.SecretCreateTimes, timestamppb.New(secret.Created))
	}
	return tx.Run(ctx, sqlstore.KeepSecret(a.GetName(), fresh))
}

// IssueToken makes an access token for a service account. A right secret is always taken: nobody guesses 256 random bits,
// and so wrong ones, which are counted and slowed down, cannot lock the account out.
func (s *Sessions) IssueToken(ctx context.Context, req *directoryv1.IssueTokenRequest) (*directoryv1.IssueTokenResponse, error) {
	account, err := s.client(ctx, req.GetClientId(), req.GetClientSecret())
	if err != nil {
		return nil, err
	}
	if account == nil {
		return nil, s.refuseClient(ctx, req.GetClientId())
	}
	claims := authn.Claims{Subject: account.GetName(), Client: account.GetName()}
	for _, r := range account.GetRoles() {
		claims.Roles = append(claims.Roles, authn.Role{Role: r.GetRole(), Scope: r.GetScope()})
	}
	token, expires, err := Mint(ctx, s.db(), s.directory.store.Clock(), claims)
	if err != nil {
		return nil, err
	}
	return &directoryv1.IssueTokenResponse{AccessToken: token, ExpireTime: timestamppb.New(expires)}, nil
}

// client returns the account that the secret is of and that may call; nil for none. Both are looked up whether or not
// the account exists.
func (s *Sessions) client(ctx context.Context, name, secret string) (*directoryv1.ServiceAccount, error) {
	accounts := s.directory.tables.ServiceAccounts
	if !accounts.Matches(name) {
		return nil, nil
	}
	account, err := accounts.Get(ctx, s.directory.store, name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	secrets, err := sqlstore.FindSecrets(ctx, s.db(), name)
	if err != nil {
		return nil, err
	}
	if !matches(secrets, credential.Hash(secret)) || account.GetDisabled() {
		return nil, nil
	}
	return account, nil
}

// matches reports whether one of the secrets has the hash; it looks at each of them.
func matches(secrets []sqlstore.Secret, hash []byte) bool {
	found := 0
	for _, secret := range secrets {
		found |= subtle.ConstantTimeCompare(secret.Hash, hash)
	}
	return found == 1
}

// refuseClient counts a failure for the account, which need not exist, and returns the one answer to all of them.
func (s *Sessions) refuseClient(ctx context.Context, name string) error {
	wait, err := sqlstore.TakeAttempt(ctx, s.db(), name, s.now())
	if err != nil {
		return err
	}
	if wait > 0 {
		return &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
			Swedish: "För många misslyckade försök för systemkontot. Försök igen om " + swedishWait(wait) + ".",
			English: "too many failed attempts for this account; wait " + wait.Round(time.Second).String()}
	}
	return &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
		Swedish: "Systemkontot eller dess hemlighet är fel, eller så är kontot avstängt.",
		English: "the account or its secret is wrong, or the account is disabled"}
}
