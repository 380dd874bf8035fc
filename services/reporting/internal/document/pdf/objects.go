package pdf

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// FormatError says which part of the painted file was not as the finisher knows
// it. It means that the drawing library has changed.
type FormatError struct {
	Part string
}

// Error names the part.
func (e *FormatError) Error() string {
	return "painted file: " + e.Part + " not understood"
}

// objects are the indirect objects of a PDF file, by number; number 0 is unused.
type objects struct {
	bodies     [][]byte
	root, info int
}

var trailerPattern = regexp.MustCompile(`/Root (\d+) 0 R\n/Info (\d+) 0 R`)

const (
	xrefEntry     = 20
	startMark     = "startxref\n"
	firstOfXref   = "xref\n0 "
	numberPattern = "%010d"
)

// parseObjects reads a file as the drawing library writes it: one plain
// cross-reference table, objects one after the other.
func parseObjects(raw []byte) (*objects, error) {
	table, err := xrefTable(raw)
	if err != nil {
		return nil, err
	}
	match := trailerPattern.FindSubmatch(raw[table:])
	if match == nil {
		return nil, &FormatError{Part: "trailer"}
	}
	offsets, err := xrefOffsets(raw[table:])
	if err != nil {
		return nil, err
	}
	file := &objects{bodies: make([][]byte, len(offsets)), root: atoi(match[1]), info: atoi(match[2])}
	if max(file.root, file.info) >= len(offsets) {
		return nil, &FormatError{Part: "trailer"}
	}
	ends := append(slices.Sorted(slices.Values(offsets[1:])), table)
	for number, offset := range offsets {
		if number == 0 {
			continue
		}
		next, _ := slices.BinarySearch(ends, offset)
		if next+1 >= len(ends) {
			return nil, &FormatError{Part: "xref"}
		}
		if file.bodies[number], err = objectBody(raw[offset:ends[next+1]], number); err != nil {
			return nil, err
		}
	}
	return file, nil
}

// objectBody strips the frame of an indirect object.
func objectBody(object []byte, number int) ([]byte, error) {
	body, opened := bytes.CutPrefix(object, fmt.Appendf(nil, "%d 0 obj\n", number))
	body, closed := bytes.CutSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("endobj"))
	if !opened || !closed {
		return nil, &FormatError{Part: fmt.Sprintf("object %d", number)}
	}
	return body, nil
}

func xrefTable(raw []byte) (int, error) {
	at := bytes.LastIndex(raw, []byte(startMark))
	if at < 0 {
		return 0, &FormatError{Part: "startxref"}
	}
	digits, _, _ := bytes.Cut(raw[at+len(startMark):], []byte("\n"))
	table := atoi(digits)
	if table <= 0 || table >= len(raw) || !bytes.HasPrefix(raw[table:], []byte(firstOfXref)) {
		return 0, &FormatError{Part: "xref"}
	}
	return table, nil
}

func xrefOffsets(table []byte) ([]int, error) {
	digits, rest, _ := bytes.Cut(table[len(firstOfXref):], []byte("\n"))
	count := atoi(digits)
	if count < 2 || len(rest) < count*xrefEntry {
		return nil, &FormatError{Part: "xref"}
	}
	offsets := make([]int, count)
	for i := range offsets {
		offsets[i] = atoi(rest[i*xrefEntry : i*xrefEntry+10])
	}
	return offsets, nil
}

// atoi returns 0 for what is no number; callers check the range.
func atoi(digits []byte) int {
	number, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0
	}
	return number
}

// add appends an object and returns its number.
func (o *objects) add(body string) int {
	o.bodies = append(o.bodies, []byte(body))
	return len(o.bodies) - 1
}

// reserve returns a number whose object is set later.
func (o *objects) reserve() int {
	return o.add("null")
}

func (o *objects) set(number int, body string) {
	o.bodies[number] = []byte(body)
}

// addStream appends a stream object with further dictionary entries.
func (o *objects) addStream(entries string, data []byte) int {
	return o.add(streamBody(entries, data))
}

func streamBody(entries string, data []byte) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// bytes writes the file. The identifier is made by digest from everything before
// the trailer.
func (o *objects) bytes(version string, digest func([]byte) string) []byte {
	var out bytes.Buffer
	// The comment's high bytes tell transfer programs that the file is binary.
	fmt.Fprintf(&out, "%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n", version)
	offsets := make([]int, len(o.bodies))
	for number, body := range o.bodies {
		if number == 0 {
			continue
		}
		offsets[number] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", number, bytes.TrimRight(body, "\n"))
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(o.bodies))
	for _, offset := range offsets[1:] {
		fmt.Fprintf(&out, numberPattern+" 00000 n \n", offset)
	}
	id := digest(out.Bytes())
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s><%s>]>>\n%s%d\n%%%%EOF\n",
		len(o.bodies), o.root, o.info, id, id, startMark, table)
	return out.Bytes()
}
