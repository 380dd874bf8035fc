// Package transfer moves whole scopes in and out of a service: the one implementation of every service's
// TransferService over its store.
//
// An import is one write: every resource is staged, then the service's own check runs over what the scope would become,
// reading through the write, and completes what the file leaves out. Any fault rolls everything back, and so does
// validate_only, so what a check says is what applying would have done.
//
// Who holds the permission TRANSFER brings in everything. Who holds only IMPORT brings in work in progress: the types that
// the service accepts, as far as its standard methods would let the caller write them.
package transfer
