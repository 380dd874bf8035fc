package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/uppsikt/uppsikt/internal/suitetest"
)

const document = "../../integration.md"

var blocks = regexp.MustCompile("(?ms)^```(\\w+)([^\n]*)\n(.*?)^```$")

// readBlocks returns the code blocks of the document that are in a language, with what stands after the language.
func readBlocks(t *testing.T, language string) (infos, texts []string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range blocks.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			infos, texts = append(infos, strings.TrimSpace(m[2])), append(texts, m[3])
		}
	}
	if len(texts) == 0 {
		t.Fatalf("the document has no blocks in %s", language)
	}
	return infos, texts
}

// commands returns the words of each command of the document that runs a program, in order. A command whose output is kept
// in a variable counts as the command.
func commands(t *testing.T, program string) [][]string {
	t.Helper()
	var all [][]string
	_, texts := readBlocks(t, "sh")
	for _, text := range texts {
		for command := range strings.SplitSeq(strings.ReplaceAll(text, "\\\n", " "), "\n") {
			if _, inner, ok := strings.Cut(command, "=$("); ok && !strings.HasPrefix(command, "curl") {
				command = strings.TrimSuffix(strings.Split(inner, " | ")[0], ")")
			}
			if w := words(command); len(w) > 0 && w[0] == program {
				all = append(all, w)
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("the document has no commands with %s", program)
	}
	return all
}

// words splits a command as a shell does: quotes of both kinds, no escapes.
func words(command string) []string {
	var all []string
	var word strings.Builder
	begun, quote := false, rune(0)
	for _, c := range command + " " {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, begun = c, true
		case quote == 0 && c == ' ':
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	return all
}

// flagged returns the values of a flag, and the words that belong to no flag. Flags of curl and grpcurl that take no value are
// known here.
func flagged(command []string, flag string) (values, rest []string) {
	for i := 1; i < len(command); i++ {
		switch w := command[i]; {
		case w == "-plaintext" || w == "-N":
		case strings.HasPrefix(w, "-"):
			i++
			if w == flag {
				values = append(values, command[i])
			}
		default:
			rest = append(rest, w)
		}
	}
	return values, rest
}

// method finds an RPC as grpcurl names it.
func method(t *testing.T, name string) protoreflect.MethodDescriptor {
	t.Helper()
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.ReplaceAll(name, "/", ".")))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	m, ok := found.(protoreflect.MethodDescriptor)
	if !ok {
		t.Fatalf("%s is no RPC", name)
	}
	return m
}

// TestGrpcurlCommands: every RPC and field that the document's commands name exists, and the server answers each call.
func TestGrpcurlCommands(t *testing.T) {
	suite, _ := suitetest.Start(t, suitetest.WithReferenceData)
	ctx := suite.As(t.Context(), "auditor", first)
	for _, command := range commands(t, "grpcurl") {
		data, rest := flagged(command, "-d")
		if rest[0] != "127.0.0.1:9090" {
			t.Errorf("%v: the server is %s", command, rest[0])
		}
		if rest[1] == "list" {
			continue
		}
		m := method(t, rest[len(rest)-1])
		if rest[1] == "describe" {
			continue
		}
		request := dynamicpb.NewMessage(m.Input())
		if err := protojson.Unmarshal([]byte(data[0]), request); err != nil {
			t.Errorf("%v: %v", command, err)
		}
		if m.IsStreamingServer() {
			continue // TestNothingLostNothingTwice follows streams
		}
		path := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
		if err := suite.Conn.Invoke(ctx, path, request, dynamicpb.NewMessage(m.Output())); err != nil {
			t.Errorf("%v: %v", command, err)
		}
	}
}

// TestJSONExamples: what the document shows of messages is as they are.
func TestJSONExamples(t *testing.T) {
	infos, texts := readBlocks(t, "json")
	for i, info := range infos {
		kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(info))
		if err != nil {
			t.Fatalf("%q: %v", info, err)
		}
		if err := protojson.Unmarshal([]byte(texts[i]), kind.New().Interface()); err != nil {
			t.Errorf("%s: %v", info, err)
		}
	}
}

// TestCurlCommands runs the document's commands from top to bottom, with what they answer.
func TestCurlCommands(t *testing.T) {
	suite, _ := suitetest.Start(t, suitetest.WithReferenceData)
	variables := map[string]string{"$ADMIN": suite.Token("administrator", first), "$TOKEN": "", "$SECRET": ""}
	for _, command := range commands(t, "curl") {
		for i, w := range command {
			for name, value := range variables {
				w = strings.ReplaceAll(w, name, value)
			}
			command[i] = w
		}
		answer := curl(t, suite, command)
		for name, field := range map[string]string{"$TOKEN": "access_token", "$SECRET": "client_secret"} {
			if value, ok := answer[field].(string); ok {
				variables[name] = value
			}
		}
	}
	if variables["$TOKEN"] == "" {
		t.Error("no command gave a token")
	}
}

// curl makes a command's request and returns the JSON of the answer, of a stream its first message.
func curl(t *testing.T, suite *suitetest.Suite, command []string) map[string]any {
	t.Helper()
	_, rest := flagged(command, "")
	if len(rest) != 1 {
		t.Fatalf("%v: got addresses %v", command, rest)
	}
	address, err := url.Parse(rest[0])
	if err != nil || address.Host != "127.0.0.1:8080" {
		t.Fatalf("%s: %v", rest[0], err)
	}
	request := curlRequest(t, suite.URL+address.RequestURI(), command)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%v: got %s %v %v", command, response.Status, answer, err)
	}
	return answer
}

// curlRequest returns the request that curl would make: with data it is a POST, a form unless a header says otherwise.
func curlRequest(t *testing.T, address string, command []string) *http.Request {
	t.Helper()
	data, _ := flagged(command, "-d")
	encoded, _ := flagged(command, "--data-urlencode")
	for _, pair := range encoded {
		name, value, _ := strings.Cut(pair, "=")
		data = append(data, name+"="+url.QueryEscape(value))
	}
	method, body := http.MethodGet, io.Reader(nil)
	if len(data) > 0 {
		method, body = http.MethodPost, strings.NewReader(strings.Join(data, "&"))
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	headers, _ := flagged(command, "-H")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	return request
}

// TestWords: commands are split as a shell would.
func TestWords(t *testing.T) {
	got := words(`a -H "b c: $D" -d '{"e": "f"}' 'g?h=i' ""`)
	want := []string{"a", "-H", "b c: $D", "-d", `{"e": "f"}`, "g?h=i", ""}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEveryResourceCanBeRead: for each resource that the API has, its service reads it.
func TestEveryResourceCanBeRead(t *testing.T) {
	known := map[string]map[string]getter{}
	for _, s := range services(nil) {
		known[s.name] = s.get
	}
	owners := map[protoreflect.FullName]string{
		"uppsikt.directory.v1": "directory", "uppsikt.risk.v1": "riskregister", "uppsikt.control.v1": "controlmeasurement", "uppsikt.report.v1": "reporting",
		"uppsikt.notification.v1": "notification",
	}
	resources := 0
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Messages().Len() {
			d := file.Messages().Get(i)
			r, _ := proto.GetExtension(d.Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
			for _, pattern := range r.GetPattern() {
				resources++
				if known[owners[file.Package()]][kind(pattern)] == nil {
					t.Errorf("%s: no way to read %s", file.Package(), pattern)
				}
			}
		}
		return true
	})
	if resources < 18 {
		t.Errorf("found %d kinds of resources only", resources)
	}
}

// TestTokenEndpointAnswers: what passes is tried again, and what does not is not.
func TestTokenEndpointAnswers(t *testing.T) {
	tests := []struct {
		status  int
		body    string
		token   string
		lasting bool
	}{
		{http.StatusOK, `{"access_token": "a", "expires_in": 300}`, "a", false},
		{http.StatusOK, `<html>`, "", true},
		{http.StatusUnauthorized, `{"error": "invalid_client"}`, "", true},
		{http.StatusTooManyRequests, `{"error": "slow_down"}`, "", false},
		{http.StatusServiceUnavailable, ``, "", false},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		w.WriteHeader(tt.status)
		_, _ = w.WriteString(tt.body)
		got, err := readToken(w.Result())
		if got != tt.token || (err == nil) != (tt.token != "") || lasting(err) != tt.lasting {
			t.Errorf("%d %s: got %q, %v", tt.status, tt.body, got, err)
		}
	}
}
