package transfer

import (
	"context"
	"errors"
	"io"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/authz"
	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/resource"
	"github.com/uppsikt/uppsikt/internal/rpcserver/validation"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// MaxItems is how many resources one import may hold.
const MaxItems = 200_000

// Import is what a service's check sees.
type Import struct {
	// Parent is the scope being imported; for one that founds a municipality, the municipality.
	Parent string
	// Full is true for a caller who holds the permission TRANSFER in the scope. Any other brings in only what the standard
	// methods would let it write, which the check sees to.
	Full bool
	// Items are the resources of the file, in its order.
	Items []Item
	// Tx reads the scope as it would become, and stages what the check completes.
	Tx *resource.Tx

	faults []*transferv1.ImportFault
}

// Item is one resource of a file.
type Item struct {
	// Path is where it stood in the file.
	Path string
	// Message is the resource; a check may change it before it is stored, by Stage.
	Message proto.Message
	// Name is its resource name.
	Name string
}

// Fault reports one thing wrong with an item: the path below it, the reason and the texts of f.
func (i *Import) Fault(item Item, f fault.Field) {
	path := item.Path
	if f.Path != "" {
		path += "." + f.Path
	}
	i.faults = append(i.faults, &transferv1.ImportFault{Path: path, Reason: f.Reason, Message: f.Swedish, MessageEn: f.English})
}

// Faults reports what a rule found: every field of a typed fault, or the fault itself. It returns an error that is no
// fault of the file.
func (i *Import) Faults(item Item, err error) error {
	f := fault.As(err)
	switch {
	case err == nil:
	case f == nil || f.Kind == fault.Unavailable || f.Kind == fault.Internal:
		return err
	case len(f.Fields) == 0:
		i.Fault(item, fault.Field{Reason: f.Reason, Swedish: f.Swedish, English: f.English})
	default:
		for _, field := range f.Fields {
			i.Fault(item, field)
		}
	}
	return nil
}

// Check is a service's rules for an import: it reports faults of the file through i and returns an error only for
// something else. It runs after every item was staged, and again when the write is repeated.
type Check func(ctx context.Context, i *Import) error

// Server implements the TransferService of every service.
type Server struct {
	store  *resource.Store
	check  Check
	fields *validation.Validator
	// work are the types that a caller without the permission TRANSFER may bring in, and ask what is asked before that.
	work map[protoreflect.FullName]bool
	ask  Check
}

// NewServer returns the TransferService over a store, with the service's rules. It fails when the rules of the protos
// are faulty.
func NewServer(store *resource.Store, check Check) (*Server, error) {
	var types []protoreflect.MessageDescriptor
	for _, t := range store.Tables() {
		types = append(types, t.Descriptor())
	}
	fields, err := validation.New(types...)
	return &Server{store: store, check: check, fields: fields}, err
}

// Accept lets callers without the permission TRANSFER bring in resources of some types; where the service's Import asks for
// TRANSFER, nobody does. ask, which may be nil, runs before the write for such an import, without a Tx: what other services
// have to say, and what the caller may write at all.
func (s *Server) Accept(ask Check, types ...proto.Message) *Server {
	s.work, s.ask = map[protoreflect.FullName]bool{}, ask
	for _, t := range types {
		s.work[t.ProtoReflect().Descriptor().FullName()] = true
	}
	return s
}

// errRollBack ends a write that must not be stored.
var errRollBack = errors.New("roll back")

// Import checks, and without validate_only applies, the resources of one scope.
func (s *Server) Import(stream grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) error {
	in, err := s.receive(stream)
	if err != nil {
		return err
	}
	answer, err := s.run(stream.Context(), in)
	if err != nil {
		return err
	}
	return stream.SendAndClose(answer)
}

// incoming is a received import.
type incoming struct {
	parent   string
	dry      bool
	full     bool
	items    []Item
	faults   []*transferv1.ImportFault
	tables   map[string]resource.AnyTable
	previous map[string]int // name → index of the item that had it first
}

func (s *Server) receive(stream grpc.ClientStreamingServer[transferv1.ImportRequest, transferv1.ImportResponse]) (*incoming, error) {
	in := &incoming{tables: map[string]resource.AnyTable{}, previous: map[string]int{}}
	for first := true; ; first = false {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return nil, err
		}
		if first {
			if err := in.open(stream.Context(), req); err != nil {
				return nil, err
			}
		}
		for _, item := range req.GetItems() {
			if err := s.take(in, item); err != nil {
				return nil, err
			}
		}
		if len(in.items) > MaxItems {
			return nil, &fault.Error{Kind: fault.Exhausted, Reason: "LIMIT_EXCEEDED",
				Swedish: "Filen innehåller för många poster. Dela upp den per nämnd.", English: "too many resources in one import"}
		}
	}
}

// open reads what the first message says of the whole import.
func (in *incoming) open(ctx context.Context, req *transferv1.ImportRequest) error {
	in.parent, in.dry = req.GetParent(), req.GetValidateOnly()
	if scope := resource.Scope(in.parent); in.parent != scope && in.parent != "municipalities/"+scope { // the latter is the platform's name
		return fault.Fields(fault.Field{Path: "parent", Reason: "NOT_A_SCOPE",
			Swedish: "Ange en kommun eller en nämnd.", English: "neither a municipality nor a committee"})
	}
	caller, _ := authn.From(ctx)
	in.full = authz.Can(caller, authzv1.Permission_PERMISSION_TRANSFER, in.parent)
	return nil
}

// take adds an item, or the faults that keep it out.
func (s *Server) take(in *incoming, sent *transferv1.ImportItem) error {
	refuse := func(path, reason, swedish, english string) {
		in.faults = append(in.faults, &transferv1.ImportFault{Path: path, Reason: reason, Message: swedish, MessageEn: english})
	}
	m, err := sent.GetResource().UnmarshalNew()
	if err != nil {
		refuse(sent.GetPath(), "UNREADABLE", "Posten går inte att läsa.", err.Error())
		return nil
	}
	table := s.store.TableOf(m.ProtoReflect().Descriptor().FullName())
	if table == nil || table.IsLocal() {
		refuse(sent.GetPath(), "UNKNOWN_TYPE", "Den här sortens post kan inte läsas in här.", "not a type of this service")
		return nil
	}
	if !in.full && !s.work[m.ProtoReflect().Descriptor().FullName()] {
		refuse(sent.GetPath(), "TYPE_NOT_ALLOWED", "Den här sortens post kan bara den som sköter driften läsa in. Ta bort den ur filen, eller lägg in den på sidan.",
			"only a caller with the permission TRANSFER may import this type")
		return nil
	}
	name := table.Name(m)
	switch at, twice := in.previous[name]; {
	case !table.Matches(name):
		refuse(sent.GetPath()+".name", "RESOURCE_NAME", "Namnet har inte rätt form: "+table.Forms()+".", "the name is not of the form "+table.Forms())
		return nil
	case !resource.Within(name, in.root(name)):
		refuse(sent.GetPath()+".name", "OUTSIDE_SCOPE", "Posten hör inte till "+in.parent+".", "the resource is not within "+in.parent)
		return nil
	case twice:
		refuse(sent.GetPath()+".name", "DUPLICATE", "Samma namn finns redan på "+in.items[at].Path+".", "the same name as "+in.items[at].Path)
		return nil
	}
	wrong, err := s.fields.Fields(m)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		refuse(sent.GetPath()+"."+f.Path, f.Reason, f.Swedish, f.English)
	}
	in.previous[name] = len(in.items)
	in.tables[name] = table
	in.items = append(in.items, Item{Path: sent.GetPath(), Message: m, Name: name})
	return nil
}

// run stages the items, checks them and stores them, or rolls back.
func (s *Server) run(ctx context.Context, in *incoming) (*transferv1.ImportResponse, error) {
	if err := s.asked(ctx, in); err != nil {
		return nil, err
	}
	var answer *transferv1.ImportResponse
	w := resource.Write{Scopes: in.scopes(), Method: resource.Method(ctx)}
	err := s.store.Write(ctx, w, func(ctx context.Context, tx *resource.Tx) error {
		answer = &transferv1.ImportResponse{Faults: slices.Clone(in.faults)}
		if err := s.stage(ctx, tx, in); err != nil {
			return err
		}
		i := &Import{Parent: in.parent, Full: in.full, Items: in.items, Tx: tx}
		if err := s.check(ctx, i); err != nil {
			return err
		}
		answer.Faults = append(answer.Faults, i.faults...)
		if err := count(tx, in, answer); err != nil {
			return err
		}
		if in.dry || len(answer.GetFaults()) > 0 {
			return errRollBack
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRollBack) {
		return nil, err
	}
	return answer, nil
}

// asked adds the faults that the service finds before the write.
func (s *Server) asked(ctx context.Context, in *incoming) error {
	if in.full || s.ask == nil {
		return nil
	}
	i := &Import{Parent: in.parent, Items: in.items}
	err := s.ask(ctx, i)
	in.faults = append(in.faults, i.faults...)
	return err
}

func (s *Server) stage(ctx context.Context, tx *resource.Tx, in *incoming) error {
	if err := tx.Learn(ctx, in.parent); err != nil {
		return err
	}
	for _, item := range in.items {
		if err := tx.Stage(ctx, in.tables[item.Name], proto.CloneOf(item.Message)); err != nil {
			return err
		}
	}
	return nil
}

// root is what everything in the import lies in. An import into the platform's scope brings one municipality into being:
// that of its first resource, because a write has one tenant.
func (in *incoming) root(name string) string {
	if in.parent == resource.Platform && resource.Tenant(name) != resource.Platform {
		in.parent = "municipalities/" + resource.Tenant(name)
	}
	return in.parent
}

// scopes lists the chains that the items touch.
func (in *incoming) scopes() []string {
	if len(in.items) == 0 {
		return []string{resource.Scope(in.parent)}
	}
	var scopes []string
	for _, item := range in.items {
		scopes = append(scopes, resource.Scope(item.Name))
	}
	return scopes
}

func count(tx *resource.Tx, in *incoming, answer *transferv1.ImportResponse) error {
	for _, item := range in.items {
		was, changed, err := tx.Changed(item.Name)
		switch {
		case err != nil:
			return err
		case !was:
			answer.Created++
		case changed:
			answer.Updated++
		default:
			answer.Unchanged++
		}
	}
	return nil
}
