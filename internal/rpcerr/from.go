package rpcerr

import (
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// FromStatus returns the fault that a called service answered with; err is its cause. A status without details, such as
// those that gRPC itself makes, gets the texts of its code. It returns nil for nil, and a fault as it is.
func FromStatus(err error) *fault.Error {
	if err == nil {
		return nil
	}
	if f := fault.As(err); f != nil {
		return f
	}
	s, ok := remote(err)
	if !ok {
		s = status.FromContextError(err)
		if s.Code() == codes.Unknown {
			return plain(codes.Internal, "internal error").Because(err)
		}
	}
	f := plain(s.Code(), s.Message())
	for _, d := range s.Details() {
		readDetail(f, d)
	}
	return f.Because(err)
}

// RequestID returns the id under which the called service logged err, or "".
func RequestID(err error) string {
	s, ok := remote(err)
	if !ok {
		return ""
	}
	for _, d := range s.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info.GetMetadata()[RequestIDKey]
		}
	}
	return ""
}

func readDetail(f *fault.Error, detail any) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		if d.GetDomain() == Domain {
			f.Reason, f.Facts = d.GetReason(), facts(d)
		}
	case *errdetails.LocalizedMessage:
		f.Swedish = d.GetMessage()
	case *errdetails.BadRequest:
		f.Fields = fromBadRequest(d)
	case *errdetails.PreconditionFailure:
		if len(f.Fields) == 0 {
			f.Fields = fromPreconditionFailure(d)
		}
	}
}

// facts are what the called service says besides, the request id apart.
func facts(d *errdetails.ErrorInfo) map[string]string {
	var found map[string]string
	for key, value := range d.GetMetadata() {
		if key == RequestIDKey {
			continue
		}
		if found == nil {
			found = make(map[string]string, len(d.GetMetadata()))
		}
		found[key] = value
	}
	return found
}

func fromBadRequest(b *errdetails.BadRequest) []fault.Field {
	fields := make([]fault.Field, 0, len(b.GetFieldViolations()))
	for _, v := range b.GetFieldViolations() {
		fields = append(fields, fault.Field{
			Path: v.GetField(), Reason: v.GetReason(),
			Swedish: v.GetLocalizedMessage().GetMessage(), English: v.GetDescription(),
		})
	}
	return fields
}

func fromPreconditionFailure(p *errdetails.PreconditionFailure) []fault.Field {
	fields := make([]fault.Field, 0, len(p.GetViolations()))
	for _, v := range p.GetViolations() {
		fields = append(fields, fault.Field{Path: v.GetSubject(), Reason: v.GetType(), English: v.GetDescription()})
	}
	return fields
}

// plain returns the fault of a code that came without details.
func plain(code codes.Code, english string) *fault.Error {
	f := general(code)
	f.English = english
	if english == "" {
		f.English = code.String()
	}
	return f
}

// general returns kind, reason and Swedish text of a code.
func general(code codes.Code) *fault.Error {
	switch code {
	case codes.NotFound:
		return fault.Missing("")
	case codes.AlreadyExists:
		return fault.Taken("")
	case codes.InvalidArgument, codes.OutOfRange:
		return &fault.Error{Kind: fault.Invalid, Reason: "INVALID_FIELDS", Swedish: "Något behöver rättas."}
	case codes.FailedPrecondition:
		return &fault.Error{Kind: fault.Precondition, Reason: "WRONG_STATE",
			Swedish: "Det går inte att göra detta i det nuvarande läget."}
	case codes.Aborted:
		return fault.Stale("")
	case codes.PermissionDenied:
		return fault.Deny("")
	case codes.Unauthenticated:
		return &fault.Error{Kind: fault.Unauthenticated, Reason: "UNAUTHENTICATED",
			Swedish: "Du är inte inloggad, eller så har inloggningen gått ut. Logga in igen."}
	default:
		return generalOutage(code)
	}
}

func generalOutage(code codes.Code) *fault.Error {
	switch code {
	case codes.ResourceExhausted:
		return &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
			Swedish: "Det här är för stort eller för mycket på en gång. Dela upp det, eller försök igen om en stund."}
	case codes.Unavailable:
		return fault.Unreachable("", nil)
	case codes.DeadlineExceeded:
		return &fault.Error{Kind: fault.Unavailable, Reason: "UNAVAILABLE",
			Swedish: "Det tog för lång tid. Försök igen om en stund."}
	case codes.Canceled:
		return &fault.Error{Kind: fault.Unavailable, Reason: "UNAVAILABLE", Swedish: "Det avbröts. Försök igen."}
	case codes.Unimplemented:
		return &fault.Error{Kind: fault.Unsupported, Reason: "NOT_SUPPORTED", Swedish: "Det här finns inte ännu."}
	default:
		return &fault.Error{Kind: fault.Internal, Reason: "INTERNAL",
			Swedish: "Något gick fel i systemet. Försök igen om en stund."}
	}
}
