package web

import "strings"

// Names are resource names; an address is a slash and a name.

// last returns the last part of a resource name.
func last(name string) string {
	return name[strings.LastIndexByte(name, '/')+1:]
}

// upTo returns the first n pairs of a resource name, such as the municipality (1) or the committee (2); empty when the
// name is shorter.
func upTo(name string, pairs int) string {
	parts := strings.Split(name, "/")
	if len(parts) < 2*pairs {
		return ""
	}
	return strings.Join(parts[:2*pairs], "/")
}

// committeeOf returns the committee in a resource name; empty when there is none.
func committeeOf(name string) string {
	c := upTo(name, 2)
	if c == "" || strings.Split(c, "/")[2] != "committees" {
		return ""
	}
	return c
}

// address returns where a resource is shown; an unknown name gives an empty address.
func address(name string) string {
	if name == "" || strings.HasPrefix(name, "-") {
		return ""
	}
	return "/" + name
}

// localPath returns path when it is an address on this site, else "/"; it stops redirects to other sites.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}
