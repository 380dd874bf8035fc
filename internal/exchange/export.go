package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	exchangev1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/exchange/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// Export collects what the owners hold of one municipality; an empty name means every municipality that the caller may
// list. Each service answers from one moment of its own.
func (c *Client) Export(ctx context.Context, municipality string, progress Progress) (*exchangev1.Bundle, error) {
	names := []string{municipality}
	if municipality == "" {
		var err error
		if names, err = c.municipalities(ctx); err != nil {
			return nil, err
		}
	}
	bundle := &exchangev1.Bundle{Format: FormatName}
	shelves := shelvesOf(bundle)
	for i, name := range names {
		for j, o := range c.owners {
			if progress != nil {
				progress(o.name, name, i*len(c.owners)+j, len(names)*len(c.owners))
			}
			if err := o.export(ctx, name, shelves); err != nil {
				return nil, fmt.Errorf("export %s from %s: %w", name, o.name, err)
			}
		}
	}
	return Canonical(bundle), nil
}

// municipalities lists every municipality that the caller may see, in order of name.
func (c *Client) municipalities(ctx context.Context) ([]string, error) {
	var names []string
	request := &directoryv1.ListMunicipalitiesRequest{PageSize: 1000}
	for {
		page, err := c.directory.ListMunicipalities(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("list municipalities: %w", err)
		}
		for _, m := range page.GetMunicipalities() {
			names = append(names, m.GetName())
		}
		if page.GetNextPageToken() == "" {
			return names, nil
		}
		request.PageToken = page.GetNextPageToken()
	}
}

// shelves are the lists of a bundle by the full name of what they hold.
type shelves map[protoreflect.FullName]protoreflect.List

func shelvesOf(bundle *exchangev1.Bundle) shelves {
	m, s := bundle.ProtoReflect(), shelves{}
	for i := range m.Descriptor().Fields().Len() {
		if field := m.Descriptor().Fields().Get(i); field.IsList() {
			s[field.Message().FullName()] = m.Mutable(field).List()
		}
	}
	return s
}

// add unpacks a resource onto its shelf. A type that this client does not know is an error: leaving it out would make
// the export look complete.
func (s shelves) add(packed *anypb.Any) error {
	resource, err := packed.UnmarshalNew()
	if err != nil {
		return err
	}
	shelf, ok := s[resource.ProtoReflect().Descriptor().FullName()]
	if !ok {
		return fmt.Errorf("a bundle has no place for %s", packed.MessageName())
	}
	shelf.Append(protoreflect.ValueOfMessage(resource.ProtoReflect()))
	return nil
}

// export reads one service's stream to its end.
func (o owner) export(ctx context.Context, parent string, s shelves) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := o.transfer.Export(ctx, &transferv1.ExportRequest{Parent: parent})
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, packed := range response.GetResources() {
			if err := s.add(packed); err != nil {
				return err
			}
		}
	}
}
