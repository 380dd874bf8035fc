package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.einride.tech/aip/resourcename"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Get prints one resource.
type Get struct {
	connection
	Name    string `arg:"" help:"Resource name, such as municipalities/m/committees/c/plans/2025."`
	History bool   `help:"Print its journal entries, the newest first."`
}

// Run finds the RPC by the form of the name.
func (c Get) Run(a App) error {
	method, err := getMethod(c.Name)
	if err != nil {
		return err
	}
	ctx, conn, err := c.dial(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := NewProgress(a.Stderr, "Hämtar "+c.Name)
	defer p.End()
	var answer proto.Message
	if c.History {
		answer, err = history(ctx, conn, method, c.Name)
	} else {
		answer, err = get(ctx, conn, method, c.Name)
	}
	if err != nil {
		return err
	}
	return printJSON(a.Stdout, answer)
}

// getMethod returns the RPC that returns the resource of a name: that whose answer declares a pattern of its form.
func getMethod(name string) (protoreflect.MethodDescriptor, error) {
	var found protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if m := methods.Get(j); gets(m, name) {
					found = m
				}
			}
		}
		return found == nil
	})
	if found == nil {
		return nil, fault.Fields(fault.Field{
			Path: "name", Reason: "RESOURCE_NAME",
			Swedish: "Inget har namn av den här formen.", English: "no resource has a name of this form",
		})
	}
	return found, nil
}

// gets reports whether a method is the standard Get of the resource with that form of name.
func gets(m protoreflect.MethodDescriptor, name string) bool {
	if !strings.HasPrefix(string(m.FullName()), "uppsikt.") || m.Name() != "Get"+m.Output().Name() {
		return false
	}
	resource, _ := proto.GetExtension(m.Output().Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
	for _, pattern := range resource.GetPattern() {
		if resourcename.Match(pattern, name) {
			return true
		}
	}
	return false
}

// get calls the method.
func get(ctx context.Context, conn grpc.ClientConnInterface, m protoreflect.MethodDescriptor, name string) (proto.Message, error) {
	request, err := newMessage(m.Input())
	if err != nil {
		return nil, err
	}
	request.Set(m.Input().Fields().ByName("name"), protoreflect.ValueOfString(name))
	answer, err := newMessage(m.Output())
	if err != nil {
		return nil, err
	}
	err = conn.Invoke(ctx, fmt.Sprintf("/%s/%s", m.Parent().FullName(), m.Name()), request.Interface(), answer.Interface())
	return answer.Interface(), err
}

func newMessage(d protoreflect.MessageDescriptor) (protoreflect.Message, error) {
	t, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
	if err != nil {
		return nil, err
	}
	return t.New(), nil
}

// history collects every entry from the journal of the service that owns the resource.
func history(ctx context.Context, conn grpc.ClientConnInterface, m protoreflect.MethodDescriptor, name string) (proto.Message, error) {
	method := fmt.Sprintf("/%s.JournalService/ListJournalEntries", m.ParentFile().Package())
	all := &journalv1.ListJournalEntriesResponse{}
	request := &journalv1.ListJournalEntriesRequest{Name: name, PageSize: 200}
	for {
		page := &journalv1.ListJournalEntriesResponse{}
		if err := conn.Invoke(ctx, method, request, page); err != nil {
			return nil, err
		}
		all.Entries = append(all.Entries, page.GetEntries()...)
		if page.GetNextPageToken() == "" {
			return all, nil
		}
		request.PageToken = page.GetNextPageToken()
	}
}

// printJSON prints a message indented, with the field names of the contract.
func printJSON(w io.Writer, m proto.Message) error {
	raw, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(w)
	return err
}
