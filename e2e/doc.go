// Package e2e tests the product from outside: the real binary, its pages in a real browser, and its documents with
// checkers that are not ours. Nothing of the product's code is linked in.
//
// What a test needs and does not find makes it fail, with the command that installs it; no test is skipped. With
// UPPSIKT_SCREENSHOTS set to a directory, pictures of the pages and of the documents' pages are written there.
package e2e
