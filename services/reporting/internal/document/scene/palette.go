package scene

import "math"

// Tone is how one step of an ordered scale looks: its ground, a pattern over it, and a text colour that stands out.
type Tone struct {
	Fill Fill
	Text Colour
}

// ramp goes from the mildest to the gravest; each step is also darker than the one before.
var ramp = [...]Colour{0xfdf6d8, 0xf3d67b, 0xe0894a, 0x7d1d3f}

// Patterns of short scales, and the order in which longer ones take them.
var (
	shortScale = [...]Direction{Plain, Dotted, Rising, Crossed}
	longScale  = [...]Direction{Dotted, Horizontal, Rising, Vertical, Falling, Crossed}
)

const (
	patternSpacing = 5
	spacingStep    = 2.5
	// inkShare is how far a pattern's ink is from its ground towards the text: visible, but behind the text.
	inkShare = 0.35
)

// ScaleTone returns the look of step i of n, from 0, the mildest. Steps differ in colour, in lightness and in pattern.
func ScaleTone(i, n int) Tone {
	ground := mix(i, n)
	text := textOn(ground)
	return Tone{Text: text, Fill: Fill{Solid: true, Colour: ground, Pattern: scalePattern(i, n), Ink: blend(ground, text, inkShare)}}
}

// mix finds a step's colour on the ramp.
func mix(i, n int) Colour {
	if n < 2 {
		return ramp[0]
	}
	at := float64(i) / float64(n-1) * float64(len(ramp)-1)
	low := min(int(at), len(ramp)-2)
	return blend(ramp[low], ramp[low+1], at-float64(low))
}

func scalePattern(i, n int) Pattern {
	switch {
	case i == 0:
		return Pattern{}
	case n <= len(shortScale):
		return Pattern{Direction: shortScale[len(shortScale)-n+i], Spacing: patternSpacing}
	}
	i--
	return Pattern{Direction: longScale[i%len(longScale)], Spacing: patternSpacing + spacingStep*float64(i/len(longScale))}
}

func blend(a, b Colour, share float64) Colour {
	part := func(shift int) Colour {
		from, to := float64(a>>shift&0xff), float64(b>>shift&0xff)
		return Colour(math.Round(from+(to-from)*share)) << shift
	}
	return part(16) | part(8) | part(0)
}

// textOn returns the text colour with the best contrast; near-black where that is enough.
func textOn(ground Colour) Colour {
	const black, nearBlack, white, enough = 0x000000, 0x111111, 0xffffff, 7
	if Contrast(ground, nearBlack) >= enough {
		return nearBlack
	}
	if Contrast(ground, white) >= Contrast(ground, black) {
		return white
	}
	return black
}

// Contrast is that of WCAG: 1 for equal colours, 21 for black on white.
func Contrast(a, b Colour) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c Colour) float64 {
	r, g, b := c.RGB()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func linear(part uint8) float64 {
	v := float64(part) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
