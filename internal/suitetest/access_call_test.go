package suitetest_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// anyName finds resource names in a text.
var anyName = regexp.MustCompile(`municipalities/[a-z0-9-]+(/[A-Za-z]+/[a-z0-9-]+)*`)

// outcome is how a call ended.
type outcome struct {
	code codes.Code
	// said is all that the caller learnt of a refusal: the message and every detail, without the request id.
	said string
	// names are the resource names in the answer.
	names []string
}

// call makes one call, of whatever kind, and reads no more than the first answer of a stream that would go on.
func (e *estate) call(ctx context.Context, p procedure, request proto.Message) outcome {
	e.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(p.method.Output().FullName())
	e.must(err)
	answer := kind.New().Interface()
	if p.method.IsStreamingClient() || p.method.IsStreamingServer() {
		err = e.stream(ctx, p, request, answer)
	} else {
		err = e.conn.Invoke(ctx, p.rule.Name, request, answer)
	}
	if err != nil {
		return outcome{code: status.Code(err), said: said(err)}
	}
	return outcome{code: codes.OK, names: namesIn(answer.ProtoReflect(), nil)}
}

func (e *estate) stream(ctx context.Context, p procedure, request, answer proto.Message) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := e.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: p.method.IsStreamingServer(), ClientStreams: p.method.IsStreamingClient()}, p.rule.Name)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(request); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := stream.RecvMsg(answer); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// said writes a refusal down.
func said(err error) string {
	s := status.Convert(err)
	parts := []string{s.Message()}
	for _, detail := range s.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			parts = append(parts, d.GetReason())
		case proto.Message:
			parts = append(parts, string(d.ProtoReflect().Descriptor().Name())+" "+flat(d.ProtoReflect()))
		}
	}
	return strings.Join(parts, " | ")
}

// flat writes the texts of a message, in the order of its fields.
func flat(m protoreflect.Message) string {
	var texts []string
	eachText(m, func(text string) { texts = append(texts, text) })
	return strings.Join(texts, " / ")
}

// namesIn collects the resource names in a message, those in its opaque tokens too.
func namesIn(m protoreflect.Message, names []string) []string {
	eachText(m, func(text string) {
		if inside, err := base64.RawURLEncoding.DecodeString(text); err == nil {
			names = append(names, anyName.FindAllString(string(inside), -1)...)
		}
		if strings.HasPrefix(text, "municipalities/") {
			names = append(names, text)
		}
	})
	return names
}

// eachText calls fn with every text in a message, in order of fields.
func eachText(m protoreflect.Message, fn func(string)) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case !m.Has(f) || f.IsMap():
		case f.IsList():
			for j := range m.Get(f).List().Len() {
				textOf(f, m.Get(f).List().Get(j), fn)
			}
		default:
			textOf(f, m.Get(f), fn)
		}
	}
}

func textOf(f protoreflect.FieldDescriptor, v protoreflect.Value, fn func(string)) {
	if f.Kind() == protoreflect.StringKind {
		fn(v.String())
	}
	if f.Kind() == protoreflect.MessageKind {
		eachText(v.Message(), fn)
	}
}
