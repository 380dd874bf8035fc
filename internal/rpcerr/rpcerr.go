// Package rpcerr is the one place where faults of the domain become gRPC statuses and back. What leaves the process is
// the code, the texts and the details of the fault, never its cause.
package rpcerr

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// Domain is the domain of google.rpc.ErrorInfo.
const Domain = "uppsikt"

// RequestIDKey is the key of the request id in the metadata of google.rpc.ErrorInfo.
const RequestIDKey = "request_id"

// locale of the texts for people.
const locale = "sv-SE"

// How long a client should wait before it tries again.
const (
	unavailablePause = time.Second
	exhaustedPause   = 30 * time.Second
)

// ToStatus returns what the client gets for err: a fault as its code and details, the status of a service that was
// called as it came, a context error as CANCELED or DEADLINE_EXCEEDED, anything else as INTERNAL with nothing but the
// request id. It returns nil for nil.
func ToStatus(err error, requestID string) *status.Status {
	if err == nil {
		return nil
	}
	if f := fault.As(err); f != nil {
		return fromFault(f, codeOf(f.Kind), requestID)
	}
	if s, ok := remote(err); ok {
		return fromFault(foreign(s), s.Code(), requestID)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fromFault(plain(codes.DeadlineExceeded, ""), codes.DeadlineExceeded, requestID)
	case errors.Is(err, context.Canceled):
		return fromFault(plain(codes.Canceled, ""), codes.Canceled, requestID)
	}
	return fromFault(&fault.Error{}, codes.Internal, requestID)
}

// remote finds the status of a called service inside err. The status itself is taken, not grpc's conversion, which
// would put the wrapping texts into the message.
func remote(err error) (*status.Status, bool) {
	var carrier interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &carrier) || carrier.GRPCStatus() == nil || carrier.GRPCStatus().Code() == codes.OK {
		return nil, false
	}
	return carrier.GRPCStatus(), true
}

// foreign returns the fault of a called service. The message of a status that no service of ours made, such as gRPC's
// own "connection error", may name addresses and is not passed on.
func foreign(s *status.Status) *fault.Error {
	if isOurs(s) {
		return FromStatus(s.Err())
	}
	return plain(s.Code(), "")
}

func isOurs(s *status.Status) bool {
	return slices.ContainsFunc(s.Details(), func(detail any) bool {
		info, ok := detail.(*errdetails.ErrorInfo)
		return ok && info.GetDomain() == Domain
	})
}

func fromFault(f *fault.Error, code codes.Code, requestID string) *status.Status {
	if code == codes.Internal || code == codes.Unknown || code == codes.DataLoss {
		f, code = internal(requestID), codes.Internal
	}
	info := &errdetails.ErrorInfo{Reason: f.Reason, Domain: Domain}
	if requestID != "" || len(f.Facts) > 0 {
		info.Metadata = map[string]string{}
		maps.Copy(info.GetMetadata(), f.Facts)
	}
	if requestID != "" {
		info.Metadata[RequestIDKey] = requestID
	}
	details := []protoadapt.MessageV1{info}
	if f.Swedish != "" {
		details = append(details, &errdetails.LocalizedMessage{Locale: locale, Message: f.Swedish})
	}
	details = append(details, fieldDetails(f)...)
	details = append(details, retryDetails(code)...)
	s := status.New(code, f.English)
	detailed, err := s.WithDetails(details...)
	if err != nil { // only for codes.OK, which no fault has
		return s
	}
	return detailed
}

// fieldDetails writes the fields as BadRequest. What a precondition misses is written as PreconditionFailure too, for
// clients that look for it there; that message has no place for the Swedish text.
func fieldDetails(f *fault.Error) []protoadapt.MessageV1 {
	if len(f.Fields) == 0 {
		return nil
	}
	details := []protoadapt.MessageV1{badRequest(f.Fields)}
	if f.Kind == fault.Precondition {
		details = append(details, preconditionFailure(f.Fields))
	}
	return details
}

func badRequest(fields []fault.Field) *errdetails.BadRequest {
	b := &errdetails.BadRequest{FieldViolations: make([]*errdetails.BadRequest_FieldViolation, 0, len(fields))}
	for _, f := range fields {
		v := &errdetails.BadRequest_FieldViolation{Field: f.Path, Reason: f.Reason, Description: f.English}
		if f.Swedish != "" {
			v.LocalizedMessage = &errdetails.LocalizedMessage{Locale: locale, Message: f.Swedish}
		}
		b.FieldViolations = append(b.FieldViolations, v)
	}
	return b
}

func preconditionFailure(fields []fault.Field) *errdetails.PreconditionFailure {
	p := &errdetails.PreconditionFailure{}
	for _, f := range fields {
		p.Violations = append(p.Violations, &errdetails.PreconditionFailure_Violation{
			Type: f.Reason, Subject: f.Path, Description: f.English,
		})
	}
	return p
}

func retryDetails(code codes.Code) []protoadapt.MessageV1 {
	var pause time.Duration
	switch code {
	case codes.Unavailable:
		pause = unavailablePause
	case codes.ResourceExhausted:
		pause = exhaustedPause
	default:
		return nil
	}
	return []protoadapt.MessageV1{&errdetails.RetryInfo{RetryDelay: durationpb.New(pause)}}
}

// internal is all that a client learns of an unexpected fault.
func internal(requestID string) *fault.Error {
	f := plain(codes.Internal, "internal error")
	if requestID != "" {
		f.Swedish += " Felets nummer är " + requestID + "."
		f.English += ", request id " + requestID
	}
	return f
}

func codeOf(kind fault.Kind) codes.Code {
	switch kind {
	case fault.NotFound:
		return codes.NotFound
	case fault.Exists:
		return codes.AlreadyExists
	case fault.Invalid:
		return codes.InvalidArgument
	case fault.Precondition:
		return codes.FailedPrecondition
	case fault.Conflict:
		return codes.Aborted
	case fault.Denied:
		return codes.PermissionDenied
	case fault.Unauthenticated:
		return codes.Unauthenticated
	case fault.Exhausted:
		return codes.ResourceExhausted
	case fault.Unavailable:
		return codes.Unavailable
	case fault.Unsupported:
		return codes.Unimplemented
	default:
		return codes.Internal
	}
}
