package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/transfer"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	"github.com/uppsikt/uppsikt/services/directory/internal/org"
	"github.com/uppsikt/uppsikt/services/directory/internal/sqlstore"
)

// checkImport holds an import to the rules of the standard methods, over what the scope would become.
func (s *Server) checkImport(ctx context.Context, i *transfer.Import) error {
	parents, err := s.tree(ctx, i.Tx, i.Parent)
	if err != nil {
		return err
	}
	c := importCheck{server: s, run: i, tree: org.CheckTree(parents)}
	if c.emails, err = s.addresses(ctx, i); err != nil {
		return err
	}
	for _, item := range i.Items {
		faults, err := c.check(ctx, item)
		if err != nil {
			return err
		}
		for _, f := range faults {
			i.Fault(item, f)
		}
	}
	return nil
}

// importCheck is an import being checked.
type importCheck struct {
	server *Server
	run    *transfer.Import
	tree   map[string]fault.Field
	emails map[string][]string // people by address
}

// addresses returns who would have each address.
func (s *Server) addresses(ctx context.Context, i *transfer.Import) (map[string][]string, error) {
	people, err := s.tables.People.All(ctx, i.Tx, municipality(i.Parent))
	if err != nil {
		return nil, err
	}
	emails := map[string][]string{}
	for _, p := range people {
		if p.GetEmail() != "" {
			key := org.NormalEmail(p.GetEmail())
			emails[key] = append(emails[key], p.GetName())
		}
	}
	return emails, nil
}

func (c importCheck) check(ctx context.Context, item transfer.Item) ([]fault.Field, error) {
	switch m := item.Message.(type) {
	case *directoryv1.Municipality:
		return org.CheckAccent(m.GetAccentColor()), nil
	case *directoryv1.Committee:
		return c.committee(ctx, m)
	case *directoryv1.Unit:
		faults, err := c.server.checkCommitteeOf(ctx, c.run.Tx, m.GetName())
		if f, wrong := c.tree[m.GetName()]; wrong {
			faults = append(faults, f)
		}
		return faults, err
	case *directoryv1.Person:
		return c.person(ctx, m)
	case *directoryv1.RoleAssignment:
		return c.roleAssignment(ctx, m)
	}
	return nil, nil
}

// committee checks a committee and completes its genitive.
func (c importCheck) committee(ctx context.Context, m *directoryv1.Committee) ([]fault.Field, error) {
	faults, err := c.server.checkMunicipality(ctx, c.run.Tx, m.GetName())
	if err != nil || m.GetGenitive() != "" {
		return faults, err
	}
	complete := proto.CloneOf(m)
	complete.Genitive = org.Genitive(m.GetDisplayName())
	return faults, c.run.Tx.Stage(ctx, c.server.tables.Committees, complete)
}

// person checks a person and, when they change, makes their address lead to them.
func (c importCheck) person(ctx context.Context, m *directoryv1.Person) ([]fault.Field, error) {
	faults, err := c.server.checkMunicipality(ctx, c.run.Tx, m.GetName())
	if err != nil {
		return nil, err
	}
	if len(c.emails[org.NormalEmail(m.GetEmail())]) > 1 {
		return append(faults, emailTaken("email")), nil
	}
	existed, changed, err := c.run.Tx.Changed(m.GetName())
	if err != nil || !changed {
		return faults, err
	}
	if existed && m.GetDisabled() {
		if err := shutOut(ctx, c.run.Tx, m.GetName()); err != nil {
			return nil, err
		}
	}
	return faults, c.run.Tx.Run(ctx, sqlstore.KeepLogin(m)...)
}

// roleAssignment checks an assignment; who held a changed one before needs a new token.
func (c importCheck) roleAssignment(ctx context.Context, m *directoryv1.RoleAssignment) ([]fault.Field, error) {
	faults, err := c.server.checkMunicipality(ctx, c.run.Tx, m.GetName())
	if err != nil {
		return nil, err
	}
	wrong, err := c.server.checkRoleAssignment(ctx, c.run.Tx, m)
	if err != nil {
		return nil, err
	}
	existed, changed, err := c.run.Tx.Changed(m.GetName())
	if err == nil && existed && changed {
		err = c.run.Tx.Run(ctx, sqlstore.RevokeHolder(m.GetName(), c.run.Tx.Now()))
	}
	return append(faults, wrong...), err
}
