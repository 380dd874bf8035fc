// Package document is the content model of the documents that are put before a
// committee, and what every renderer of it shares.
//
// A Document is a value: metadata and a sequence of blocks. One pure function
// per kind of document builds it; the packages html, pdf and docx turn it into
// bytes. A renderer draws exactly the blocks of Document.Body, so that all
// formats say the same thing in the same order.
//
// Text entered by people passes through FromMarkdown and Sanitize. After that
// no text can break a renderer: control characters are gone and every rune is
// one that the document typeface can draw.
package document
