package rpcclient

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// packagePrefix is that of every package of the suite's API.
const packagePrefix = "uppsikt."

// The part of gRPC's service config that we use.
type (
	grpcServiceConfig struct {
		MethodConfig    []methodConfig        `json:"methodConfig,omitempty"`
		RetryThrottling *retryThrottling      `json:"retryThrottling,omitempty"`
		LoadBalancing   []map[string]struct{} `json:"loadBalancingConfig,omitempty"`
		HealthCheck     *healthCheck          `json:"healthCheckConfig,omitempty"`
	}
	healthCheck struct {
		ServiceName string `json:"serviceName"`
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

// attempts is how often a call is made at most.
const attempts = 4

// serviceConfig makes gRPC repeat reads that got UNAVAILABLE: a few times, with growing pauses to which gRPC adds
// jitter, and not when most calls fail. Balanced, calls go round the replicas that serve.
func serviceConfig(balanced bool) (string, error) {
	var config grpcServiceConfig
	if reads := readMethods(); len(reads) > 0 {
		config.MethodConfig = []methodConfig{{
			Name: reads,
			RetryPolicy: retryPolicy{
				MaxAttempts: attempts, InitialBackoff: "0.1s", MaxBackoff: "2s", BackoffMultiplier: 2,
				RetryableStatusCodes: []string{"UNAVAILABLE"},
			},
		}}
		config.RetryThrottling = &retryThrottling{MaxTokens: 100, TokenRatio: 0.1}
	}
	if balanced {
		config.LoadBalancing = []map[string]struct{}{{"round_robin": {}}}
		config.HealthCheck = &healthCheck{}
	}
	text, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("make the service config: %w", err)
	}
	return string(text), nil
}

// firstRepeat is the pause before a write is repeated for the first time; it doubles, and varies by half.
const firstRepeat = 100 * time.Millisecond

// repeating calls invoke again when it got UNAVAILABLE and the request carries a request_id, by which the service knows
// what it has done already (AIP-155). Other writes are never repeated: whether they were carried out is not known.
func repeating(ctx context.Context, req any, invoke func() error) error {
	for attempt := 1; ; attempt++ {
		err := invoke()
		if status.Code(err) != codes.Unavailable || attempt == attempts || !hasRequestID(req) {
			return err
		}
		pause := time.NewTimer(firstRepeat<<(attempt-1)/2 + rand.N(firstRepeat<<(attempt-1)))
		select {
		case <-ctx.Done():
			pause.Stop()
			return err
		case <-pause.C:
		}
	}
}

func hasRequestID(req any) bool {
	message, ok := req.(proto.Message)
	if !ok {
		return false
	}
	m := message.ProtoReflect()
	field := m.Descriptor().Fields().ByName("request_id")
	return field != nil && field.Kind() == protoreflect.StringKind && m.Get(field).String() != ""
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
