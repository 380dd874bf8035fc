package org

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Genitive returns the genitive of a committee's name as documents write it inside a sentence: "Socialnämnden" becomes
// "socialnämndens". The first letter is lowered unless the first word is an abbreviation ("AB Exempelbostäder"), and a
// name that ends in s, x or z gets no further s.
func Genitive(name string) string {
	name = lowerFirst(strings.TrimSpace(name))
	if name == "" {
		return ""
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	if strings.ContainsRune("sxzSXZ", last) {
		return name
	}
	return name + "s"
}

func lowerFirst(name string) string {
	word, _, _ := strings.Cut(name, " ")
	if utf8.RuneCountInString(word) > 1 && word == strings.ToUpper(word) {
		return name
	}
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return name
	}
	return string(unicode.ToLower(first)) + name[size:]
}

// KeepGenitive returns the genitive that a committee shall have: the one stated; the default for the name when none is
// stated, or when the name changes and the old genitive was only the default for the old name.
func KeepGenitive(stated, oldName, oldGenitive, name string) string {
	renamed := oldName != "" && oldName != name && stated == oldGenitive && oldGenitive == Genitive(oldName)
	if stated == "" || renamed {
		return Genitive(name)
	}
	return stated
}
