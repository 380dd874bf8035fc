// Package e2e tests the product from outside: the real binary, its pages in a real browser, and its documents with
// checkers that are not ours. Of the product's code only the API and what starts the suite's processes are linked in.
//
// What a test needs and does not find makes it fail, with the command that installs it; no test is skipped. With
// UPPSIKT_SCREENSHOTS set to a directory, pictures of the pages and of the documents' pages are written there.
package e2e
