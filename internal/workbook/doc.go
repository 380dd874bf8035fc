// Package workbook reads risk entries, control points and measurements of one committee from an Excel workbook (.xlsx),
// and makes the templates to fill in.
//
// Read turns the rows of one sheet into a bundle, which package exchange then checks and applies, so that every rule is
// its owner's. What the sheet alone can tell is wrong is reported with sheet, row and column; Locate gives the faults of
// the owners the same. A column that the sheet does not have, and a cell that is empty, leave what is stored as it is.
//
// A row finds what it speaks of by its key, or else by its content: the risk's or the control point's words, or the
// measurement's indicator, unit and period. Reading the same file again therefore changes nothing.
//
// The files come from anybody. A workbook is opened only after its parts and their sizes have been looked at, parts are
// unpacked within a budget, and macros are refused.
package workbook
