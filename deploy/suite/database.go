package suite

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/uppsikt/uppsikt/internal/sqldb/pgserver"
)

//go:embed roles.sql
var rolesSQL string

// poolSize is how many connections a replica may hold: small, so that many replicas share one server.
const poolSize = "8"

// database is the suite's own, with its roles.
type database struct {
	server    *pgserver.Server // nil for a server that was there
	superuser string           // address of the server for its superuser
	passwords map[string]string
}

// openDatabase makes the roles and the database on the server of an address, or on one of its own when that is empty.
func openDatabase(ctx context.Context, address string) (_ *database, err error) {
	d := &database{superuser: address, passwords: map[string]string{}}
	if address == "" {
		if d.server, err = pgserver.Start(ctx); err != nil {
			return nil, err
		}
		d.superuser = d.server.URL("postgres")
	}
	if err := pgserver.Execute(ctx, d.superuser, d.statements()...); err != nil {
		return nil, errors.Join(fmt.Errorf("make the roles: %w", err), d.close())
	}
	return d, nil
}

// statements returns those of roles.sql, without what is psql's own and with passwords that nobody knows.
func (d *database) statements() []string {
	var lines []string
	for line := range strings.Lines(rolesSQL) {
		if !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	text := strings.Join(lines, "")
	for _, who := range d.roles() {
		d.passwords[who] = rand.Text()
		text = strings.ReplaceAll(text, ":'"+who+"_password'", "'"+d.passwords[who]+"'")
	}
	var all []string
	for statement := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(statement) != "" {
			all = append(all, statement)
		}
	}
	return all
}

// roles lists the roles without their common prefix.
func (d *database) roles() []string {
	all := []string{"owner"}
	for _, p := range Topology() {
		if p.Schema != "" {
			all = append(all, p.Schema)
		}
	}
	return all
}

// url returns the address of the database for a role without its prefix.
func (d *database) url(role string, settings url.Values) (string, error) {
	u, err := url.Parse(d.superuser)
	if err != nil {
		return "", fmt.Errorf("database address: %w", err)
	}
	query := u.Query()
	query.Set("user", "uppsikt_"+role)
	query.Set("password", d.passwords[role])
	for name := range settings {
		query.Set(name, settings.Get(name))
	}
	u.User, u.Path, u.RawQuery = nil, "/uppsikt", query.Encode()
	return u.String(), nil
}

func (d *database) close() error {
	if d.server == nil {
		return nil
	}
	return d.server.Stop()
}
