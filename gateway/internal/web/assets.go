package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// asset is one embedded file under an address that changes with its content, so that it may be cached for ever.
type asset struct {
	address, mediaType string
	body               []byte
}

// loadAssets reads the embedded files; the keys are their names, the addresses carry a part of their SHA-256.
func loadAssets() (map[string]asset, error) {
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	assets := make(map[string]asset, len(entries))
	for _, e := range entries {
		body, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		assets[e.Name()] = asset{address: "/assets/" + name, mediaType: mediaTypes[ext], body: body}
	}
	return assets, nil
}

// mediaTypes are those of the embedded files.
var mediaTypes = map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

// serveAsset answers with one embedded file.
func serveAsset(a asset) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", a.mediaType)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		writeBody(w, r, http.StatusOK, a.body)
	}
}

// serveAccent answers with the style that sets a municipality's colour. It is a file of its own because the content
// security policy allows no style inside a page.
func serveAccent(w http.ResponseWriter, r *http.Request) {
	color, ok := strings.CutSuffix(r.PathValue("file"), ".css")
	if !ok || len(color) != 6 || strings.Trim(color, "0123456789abcdef") != "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[".css"])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	writeBody(w, r, http.StatusOK, []byte(":root{--brand:#"+color+"}\n"))
}
