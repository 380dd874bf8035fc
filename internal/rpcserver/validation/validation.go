// Package validation checks what comes in: the rules that the protos declare, and in every text of the message that it
// holds neither a personal identity number nor control characters. All faults come in one answer.
package validation

import (
	"fmt"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/uppsikt/uppsikt/internal/fault"
	"github.com/uppsikt/uppsikt/internal/rpcerr"
)

// Validator checks messages. It is safe for concurrent use.
type Validator struct {
	rules protovalidate.Validator
	plans *planner
}

// New returns a validator that has the rules of the messages at hand; those of others are read when first needed.
func New(messages ...protoreflect.MessageDescriptor) (*Validator, error) {
	rules, err := protovalidate.New(protovalidate.WithMessageDescriptors(messages...))
	if err != nil {
		return nil, fmt.Errorf("read validation rules: %w", err)
	}
	v := &Validator{rules: rules, plans: newPlanner()}
	for _, m := range messages {
		v.plans.plan(m)
	}
	return v, nil
}

// Check returns nil, or the fault Invalid with every field that is wrong. What is packed in a google.protobuf.Any is
// not looked into: who unpacks it checks it.
func (v *Validator) Check(message proto.Message) error {
	fields, err := v.Fields(message)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Reason: reason(fields),
		Swedish: "Något behöver rättas.", English: "invalid fields", Fields: fields}
}

// Fields returns every field of the message that is wrong. An error means that the rules themselves are faulty.
func (v *Validator) Fields(message proto.Message) ([]fault.Field, error) {
	fields, err := rpcerr.Violations(v.rules.Validate(message, changes(message)...))
	if err != nil {
		return nil, fmt.Errorf("apply validation rules: %w", err)
	}
	return append(fields, v.plans.texts(message.ProtoReflect())...), nil
}

// reason is that of the fault: a personal identity number has one of its own, because the form must say so.
func reason(fields []fault.Field) string {
	for _, f := range fields {
		if f.Reason == PersonalIdentityNumber {
			return PersonalIdentityNumber
		}
	}
	return "INVALID_FIELDS"
}
