package documenttest

import (
	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/scene"
)

// Illustrated returns a document with a table of contents and two figures: one of the usual size, and one that is larger
// than a page, with text that breaks careless writers.
func Illustrated() *document.Document {
	d := &document.Document{Meta: meta()}
	d.Meta.Title = "Riskmatris & <innehåll>"
	const alternative = "Riskmatris: tolv risker, fyra av dem kritiska."
	d.Blocks = []document.Block{
		document.Heading{Level: 2, Text: document.LabelContents}, document.Contents{},
		document.Heading{Level: 2, Text: "Inledning"}, document.Text(longText),
		document.Heading{Level: 2, Text: "En rubrik som är så lång att den inte får plats på en enda rad i innehållsförteckningen utan behöver två"},
		document.Heading{Level: 3, Text: "Underrubrik"},
		document.Figure{Caption: "Figur 1. Riskmatris", Alternative: alternative, Scene: Drawing()},
		document.Heading{Level: 2, Text: "Större än sidan"},
		document.Figure{Caption: "Figur 2 <script>", Alternative: alternative + " \"Citat\" & <b>", Scene: &scene.Scene{Width: 900, Height: 1600, Nodes: []scene.Node{
			scene.Rect{Width: 900, Height: 1600, Fill: scene.Paint(0xffffff)},
			scene.Text{X: 450, Y: 800, Size: 40, Anchor: scene.Middle, Text: "😀 ✓ <b>&amp;</b> ]]> مرحبا \x00", Room: 800},
		}}},
	}
	return d
}

// Drawing returns a scene with every sort of node.
func Drawing() *scene.Scene {
	s := &scene.Scene{Width: 300, Height: 160}
	ink := scene.Stroke{Colour: 0x3d4a57, Width: 0.8}
	for i := range 4 {
		tone := scene.ScaleTone(i, 4)
		x := float64(i) * 70
		s.Nodes = append(s.Nodes, scene.Group{Role: "cell", Nodes: []scene.Node{
			scene.Rect{X: x, Y: 10, Width: 70, Height: 50, Fill: tone.Fill, Stroke: ink},
			scene.Text{X: x + 35, Y: 40, Size: 14, Bold: true, Anchor: scene.Middle, Colour: tone.Text, Text: "12,5"},
		}})
	}
	s.Nodes = append(s.Nodes,
		scene.Line{From: scene.Point{X: 0, Y: 80}, To: scene.Point{X: 290, Y: 95}, Stroke: scene.Stroke{Colour: 0xb3400b, Width: 2, Dash: [2]float64{7, 4}}},
		scene.Path{Lines: [][]scene.Point{{{X: 10, Y: 150}, {X: 60, Y: 110}, {X: 110, Y: 140}}}, Closed: true, Fill: scene.Paint(0x0b4f8a), Stroke: ink},
		scene.Path{Lines: [][]scene.Point{{{X: 130, Y: 150}, {X: 180, Y: 110}}, {{X: 180, Y: 150}, {X: 230, Y: 110}}}, Stroke: ink},
		scene.Text{X: 296, Y: 150, Size: 9, Anchor: scene.End, Colour: 0x1a1a1a, Text: "Ett mål på 93,5 % – åäö", Room: 60},
	)
	return s
}
