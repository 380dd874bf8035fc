// Package web is the user interface: pages in Swedish, rendered on the server, that work without scripts.
//
// A page's address is the name of the resource it shows; what one does with the resource is a Swedish word after it
// (".../plans/2025/andra"). Pages know the services as gRPC clients alone and act with the rights of whoever is signed
// in: the package grants nothing and decides nothing, it shows what the services answer. What a role may do is looked
// up only to leave out buttons that would be refused.
//
// Each area has one file page_<area>.go. A page is built in two steps: a handler fetches, and a pure function makes
// what the template shows. The gallery in the tests calls the second step with fixtures and renders every page in
// every state.
//
// Every form is data (form.go): its fields, how they map to the fields of a request, and what to do with them. One
// loop shows it, reads it, maps faults back to the fields, shows both versions when somebody else saved meanwhile,
// and carries typed text through a new sign-in; so that nothing typed is ever lost, on any page.
package web
