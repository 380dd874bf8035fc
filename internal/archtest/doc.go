// Package archtest holds the tests that keep the repository in the shape ARCHITECTURE.md describes: who may import
// whom, that the services are siblings file for file, and that nothing runs before main. They read the whole tree,
// so no package of the product is a place for them; this one has no code of its own.
package archtest
