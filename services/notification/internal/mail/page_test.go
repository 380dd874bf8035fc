package mail

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// leastContrast is that of WCAG 2.1 for text, level AA.
const leastContrast = 4.5

func TestPageHasStructure(t *testing.T) {
	c := composer(t)
	for name, m := range goldens(t) {
		mail, err := c.Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(strings.NewReader(mail.HTML))
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			for _, a := range n.Attr {
				if (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "https://uppsikt.exempel.se/") {
					t.Errorf("%s: <%s %s=%q> leads elsewhere", name, n.Data, a.Key, a.Val)
				}
				if n.Data == "html" && a.Key == "lang" && a.Val == "sv" {
					count["swedish"]++
				}
			}
		}
		if count["swedish"] != 1 || count["h1"] != 1 || count["h2"] < len(m.Lines) || count["title"] != 1 || count["table"] != 0 {
			t.Errorf("%s: got %v, want Swedish, one h1, an h2 for each thing, no tables", name, count)
		}
	}
}

// declarations finds the colours that a rule of the style sheet sets.
var declarations = regexp.MustCompile(`(?m)^(body|a|\.main a) \{([^}]*)\}`)

func TestContrast(t *testing.T) {
	light, dark, found := strings.Cut(page, "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("the page has no dark colours")
	}
	for name, css := range map[string]string{"light": light, "dark": dark} {
		rules := map[string]string{}
		for _, r := range declarations.FindAllStringSubmatch(css, -1) {
			rules[r[1]] = r[2]
		}
		paper := colour(t, rules["body"], "background")
		for what, got := range map[string]float64{
			"text":   contrast(colour(t, rules["body"], "color"), paper),
			"link":   contrast(colour(t, rules["a"], "color"), paper),
			"button": contrast(colour(t, rules[".main a"], "color"), colour(t, rules[".main a"], "background")),
		} {
			if got < leastContrast {
				t.Errorf("%s: the contrast of the %s is %.1f, want at least %.1f", name, what, got, leastContrast)
			}
		}
	}
}

// colour returns red, green and blue, 0–1, of a property.
func colour(t *testing.T, rule, property string) [3]float64 {
	t.Helper()
	found := regexp.MustCompile(`(?:^|[ ;])` + property + `: #([0-9a-f]{6})`).FindStringSubmatch(rule)
	if found == nil {
		t.Fatalf("no %s in %q", property, rule)
	}
	var rgb [3]float64
	for i := range rgb {
		v, err := strconv.ParseUint(found[1][2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		rgb[i] = float64(v) / 255
	}
	return rgb
}

// contrast is the ratio that WCAG defines.
func contrast(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(rgb [3]float64) float64 {
	for i, v := range rgb {
		if v <= 0.04045 {
			rgb[i] = v / 12.92
		} else {
			rgb[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]
}
