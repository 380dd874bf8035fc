package sqlstore

import (
	"bytes"

	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/sqldb"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
)

// Directory is whom the directory of a municipality last named. It lies in one row, as the directory's own messages without
// etags and times, so that what is sent and shown needs no call. It is personal data: names, addresses and roles, no more.
type Directory struct {
	Municipality *directoryv1.Municipality
	// The lists are in order of name.
	Committees  []*directoryv1.Committee
	People      []*directoryv1.Person
	Assignments []*directoryv1.RoleAssignment
}

const (
	selectDirectorySQL = "select municipality, committees, people, assignments from directory_snapshots where tenant = $1"
	putDirectorySQL    = `insert into directory_snapshots (tenant, municipality, committees, people, assignments) values ($1, $2, $3, $4, $5)
on conflict (tenant) do update set municipality = excluded.municipality, committees = excluded.committees, people = excluded.people,
assignments = excluded.assignments`
)

// SelectDirectory returns the statement that reads whom the directory last named; the lists stay empty when it never did.
func SelectDirectory(tenant string, into *Directory) sqldb.Stmt {
	return sqldb.Stmt{SQL: selectDirectorySQL, Brief: true, Args: []any{tenant}, Each: func(r sqldb.Row) error {
		var bodies [4][]byte
		if err := r.Scan(&bodies[0], &bodies[1], &bodies[2], &bodies[3]); err != nil {
			return err
		}
		return into.decode(bodies)
	}}
}

func (d *Directory) decode(bodies [4][]byte) error {
	d.Municipality = &directoryv1.Municipality{}
	committees, people, assignments := &directoryv1.ListCommitteesResponse{}, &directoryv1.ListPeopleResponse{}, &directoryv1.ListRoleAssignmentsResponse{}
	for i, m := range []proto.Message{d.Municipality, committees, people, assignments} {
		if err := decode(bodies[i], m); err != nil {
			return err
		}
	}
	d.Committees, d.People, d.Assignments = committees.GetCommittees(), people.GetPeople(), assignments.GetRoleAssignments()
	return nil
}

// encode is the reverse of decode.
func (d *Directory) encode() (bodies [4][]byte, err error) {
	for i, m := range []proto.Message{d.Municipality, &directoryv1.ListCommitteesResponse{Committees: d.Committees},
		&directoryv1.ListPeopleResponse{People: d.People}, &directoryv1.ListRoleAssignmentsResponse{RoleAssignments: d.Assignments}} {
		if bodies[i], err = encode(m); err != nil {
			return bodies, err
		}
	}
	return bodies, nil
}

// Same reports whether two directories say the same.
func (d *Directory) Same(other *Directory) bool {
	one, err := d.encode()
	two, otherErr := other.encode()
	if err != nil || otherErr != nil {
		return false
	}
	for i := range one {
		if !bytes.Equal(one[i], two[i]) {
			return false
		}
	}
	return true
}

// PutDirectory returns the statement that stores whom the directory names.
func PutDirectory(d *Directory) (sqldb.Stmt, error) {
	b, err := d.encode()
	return sqldb.Stmt{SQL: putDirectorySQL, Brief: true, Args: []any{resource.Tenant(d.Municipality.GetName()), b[0], b[1], b[2], b[3]}}, err
}
