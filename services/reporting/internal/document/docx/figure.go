package docx

import (
	"fmt"
	"math"

	"github.com/uppsikt/uppsikt/services/reporting/internal/document"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/raster"
	"github.com/uppsikt/uppsikt/services/reporting/internal/document/svg"
)

const (
	// lengthUnits are those that drawings count in, in one point.
	lengthUnits = 12700
	// figureWidth and figureHeight are the room for a figure and its caption, in points.
	figureWidth  = 453.0
	figureHeight = 600.0
)

// drawingNamespaces are those of a picture in the text.
const drawingNamespaces = ` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
	` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
	` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`

// vectorPicture names the vector form beside the picture, for programs that know it.
const vectorPicture = `<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">` +
	`<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="%s"/></a:ext></a:extLst>`

func pictureID(index int, form string) string { return fmt.Sprintf("rIdFigure%d%s", index+1, form) }

func pictureTarget(index int, form string) string {
	return fmt.Sprintf("media/figure%d.%s", index+1, form)
}

// figure places a picture and its caption below it.
func (w *writer) figure(f document.Figure) {
	index := len(w.figures)
	w.figures = append(w.figures, f)
	scale := math.Min(1, math.Min(figureWidth/f.Scene.Width, figureHeight/f.Scene.Height))
	size := fmt.Sprintf(`cx="%d" cy="%d"`, int(f.Scene.Width*scale*lengthUnits), int(f.Scene.Height*scale*lengthUnits))
	named := fmt.Sprintf(`id="%d" name="Figur %d" descr="%s"`, index+1, index+1, escape(f.Alternative))
	w.raw(`<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"`, drawingNamespaces,
		`><wp:extent `, size, `/><wp:docPr `, named, `/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">`,
		`<pic:pic><pic:nvPicPr><pic:cNvPr `, named, `/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="`, pictureID(index, "png"), `">`,
		fmt.Sprintf(vectorPicture, pictureID(index, "svg")), `</a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`,
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext `, size, `/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`,
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`)
	w.paragraph("PictureCaption", "", []document.Run{{Text: f.Caption}})
}

// pictures draws every figure in both forms.
func (w *writer) pictures() ([]part, error) {
	var made []part
	for i, f := range w.figures {
		picture, err := raster.Render(f.Scene)
		if err != nil {
			return nil, err
		}
		label := svg.Label{ID: fmt.Sprintf("figur-%d", i+1), Title: f.Caption, Description: f.Alternative}
		made = append(made, part{"word/" + pictureTarget(i, "png"), string(picture)},
			part{"word/" + pictureTarget(i, "svg"), `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + svg.Render(f.Scene, label)})
	}
	return made, nil
}
