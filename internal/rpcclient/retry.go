package rpcclient

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// packagePrefix is that of every package of the suite's API.
const packagePrefix = "uppsikt."

// The part of gRPC's service config that we use.
type (
	grpcServiceConfig struct {
		MethodConfig    []methodConfig  `json:"methodConfig"`
		RetryThrottling retryThrottling `json:"retryThrottling"`
	}
	methodConfig struct {
		Name        []methodName `json:"name"`
		RetryPolicy retryPolicy  `json:"retryPolicy"`
	}
	methodName struct {
		Service string `json:"service"`
		Method  string `json:"method"`
	}
	retryPolicy struct {
		MaxAttempts          int      `json:"maxAttempts"`
		InitialBackoff       string   `json:"initialBackoff"`
		MaxBackoff           string   `json:"maxBackoff"`
		BackoffMultiplier    float64  `json:"backoffMultiplier"`
		RetryableStatusCodes []string `json:"retryableStatusCodes"`
	}
	retryThrottling struct {
		MaxTokens  int     `json:"maxTokens"`
		TokenRatio float64 `json:"tokenRatio"`
	}
)

// serviceConfig makes gRPC repeat reads that got UNAVAILABLE: a few times, with growing pauses to which gRPC adds
// jitter, and not when most calls fail.
func serviceConfig() (string, error) {
	reads := readMethods()
	if len(reads) == 0 {
		return "{}", nil
	}
	config, err := json.Marshal(grpcServiceConfig{
		MethodConfig: []methodConfig{{
			Name: reads,
			RetryPolicy: retryPolicy{
				MaxAttempts: 4, InitialBackoff: "0.1s", MaxBackoff: "2s", BackoffMultiplier: 2,
				RetryableStatusCodes: []string{"UNAVAILABLE"},
			},
		}},
		RetryThrottling: retryThrottling{MaxTokens: 100, TokenRatio: 0.1},
	})
	if err != nil {
		return "", fmt.Errorf("make the service config: %w", err)
	}
	return string(config), nil
}

// readMethods returns the methods of the suite, among those linked into this program, that are safe to repeat.
func readMethods() []methodName {
	var reads []methodName
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), packagePrefix) {
			return true
		}
		for i := range file.Services().Len() {
			reads = append(reads, readsOf(file.Services().Get(i))...)
		}
		return true
	})
	return reads
}

func readsOf(service protoreflect.ServiceDescriptor) []methodName {
	var reads []methodName
	for i := range service.Methods().Len() {
		name := string(service.Methods().Get(i).Name())
		if repeatable(name) {
			reads = append(reads, methodName{Service: string(service.FullName()), Method: name})
		}
	}
	return reads
}

// repeatable goes by the verb, which the naming rules of the API fix.
func repeatable(method string) bool {
	return slices.ContainsFunc([]string{"Get", "List", "Check", "Compare", "Count", "Render"}, func(verb string) bool {
		return strings.HasPrefix(method, verb)
	})
}
