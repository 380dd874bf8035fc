package web

// CheckHTML lets the tests over the running suite examine their pages as the gallery's are.
var CheckHTML = checkHTML

// PagesFolder is where the flag -pages wants every page written; empty when it was not given.
func PagesFolder() string { return *pages }
