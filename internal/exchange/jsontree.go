package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// parseJSON parses one JSON value into the same tree as YAML gives, so that both are read by the same code. Unlike
// encoding/json into maps, it keeps duplicate keys and lines.
func parseJSON(data []byte) (*yaml.Node, error) {
	p := &jsonParser{decoder: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	p.decoder.UseNumber()
	node, err := p.value(1)
	if errors.Is(err, io.EOF) && node == nil && len(bytes.TrimSpace(data)) == 0 {
		return nil, invalid(emptyFile())
	}
	if err == nil {
		err = p.end()
	}
	if fault.As(err) != nil {
		return nil, err
	}
	if err != nil {
		return nil, invalid(syntaxFault("JSON", err, p.errorLine(err)))
	}
	return node, nil
}

// jsonParser walks the tokens of a JSON text and keeps count of lines.
type jsonParser struct {
	decoder *json.Decoder
	data    []byte
	offset  int
	line    int
}

// next returns the next token, having moved the line to where it ends.
func (p *jsonParser) next() (json.Token, error) {
	token, err := p.decoder.Token()
	if err != nil {
		return nil, err
	}
	at := int(p.decoder.InputOffset())
	p.line += bytes.Count(p.data[p.offset:at], []byte("\n"))
	p.offset = at
	return token, nil
}

// value reads one value.
func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return p.scalar(token), nil
	}
	if depth > maxDepth {
		return nil, invalid(tooDeep("file", p.line))
	}
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: p.line}
	if delim == '{' {
		node.Kind, node.Tag = yaml.MappingNode, "!!map"
	}
	for p.decoder.More() {
		child, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	_, err = p.next()
	return node, err
}

// scalar returns the node of a value without parts.
func (p *jsonParser) scalar(token json.Token) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: p.line}
	switch v := token.(type) {
	case string:
		node.Tag, node.Value = "!!str", v
	case bool:
		node.Tag, node.Value = "!!bool", strconv.FormatBool(v)
	case json.Number:
		node.Tag, node.Value = "!!float", v.String()
	default:
		node.Tag, node.Value = "!!null", "null"
	}
	return node
}

// end returns an error unless the text is at its end.
func (p *jsonParser) end() error {
	_, err := p.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		return errors.New("something follows the value")
	}
	return err
}

// errorLine returns the line at which the parser stopped.
func (p *jsonParser) errorLine(err error) int {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at := min(max(int(syntax.Offset), 0), len(p.data))
		return 1 + bytes.Count(p.data[:at], []byte("\n"))
	}
	return p.line
}
