package authz

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"

	"github.com/uppsikt/uppsikt/internal/authn"
	"github.com/uppsikt/uppsikt/internal/fault"
	authzv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/authz/v1"
	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
	transferv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/transfer/v1"
)

// infos returns what a server would that registered the services.
func infos(services ...*grpc.ServiceDesc) map[string]grpc.ServiceInfo {
	found := map[string]grpc.ServiceInfo{}
	for _, s := range services {
		var info grpc.ServiceInfo
		for _, m := range s.Methods {
			info.Methods = append(info.Methods, grpc.MethodInfo{Name: m.MethodName})
		}
		for _, m := range s.Streams {
			info.Methods = append(info.Methods, grpc.MethodInfo{Name: m.StreamName, IsClientStream: m.ClientStreams, IsServerStream: m.ServerStreams})
		}
		found[s.ServiceName] = info
	}
	return found
}

func everything() map[string]grpc.ServiceInfo {
	return infos(
		&directoryv1.DirectoryService_ServiceDesc, &directoryv1.SessionService_ServiceDesc,
		&directoryv1.JournalService_ServiceDesc, &directoryv1.TransferService_ServiceDesc,
		&riskv1.RiskRegisterService_ServiceDesc, &riskv1.JournalService_ServiceDesc, &riskv1.TransferService_ServiceDesc,
		&controlv1.ControlMeasurementService_ServiceDesc, &controlv1.JournalService_ServiceDesc, &controlv1.TransferService_ServiceDesc,
		&reportv1.ReportingService_ServiceDesc, &reportv1.JournalService_ServiceDesc, &reportv1.TransferService_ServiceDesc,
	)
}

// TestMethodsGolden shows, for every RPC, who may call it.
func TestMethodsGolden(t *testing.T) {
	rules, err := Load(everything())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		m := rules[name]
		kind := "write"
		if m.ReadOnly {
			kind = "read"
		}
		fmt.Fprintf(&b, "%s %s %s: %s\n", strings.TrimPrefix(name, "/uppsikt."), kind, m.path, callers(m))
	}
	golden(t, "methods.golden", b.String())
}

func callers(m *Method) string {
	switch {
	case m.Process:
		return "processes"
	case m.SignedIn:
		return "everybody signed in"
	}
	roles := slices.DeleteFunc(Roles(), func(role string) bool { return !holds(role, m.Permission) })
	return strings.TrimPrefix(m.Permission.String(), "PERMISSION_") + " " + strings.Join(roles, " ")
}

func TestVerifyRefusesWhatHasNoRule(t *testing.T) {
	health := infos(&healthv1.Health_ServiceDesc)
	if err := Verify(health, "grpc.health.v1.Health"); err != nil {
		t.Errorf("an open service: got %v, want nil", err)
	}
	err := Verify(health)
	if err == nil || !strings.Contains(err.Error(), "grpc.health.v1.Health/Check: has no access rule") ||
		!strings.Contains(err.Error(), "Watch") {
		t.Errorf("got %v, want every method of the health service named", err)
	}
	unknown := map[string]grpc.ServiceInfo{"a.B": {Methods: []grpc.MethodInfo{{Name: "C"}}}}
	if err := Verify(unknown); err == nil {
		t.Error("a service without a descriptor is accepted")
	}
}

func TestNewMethodRefusesUselessRules(t *testing.T) {
	input := (&riskv1.UpdateRiskRequest{}).ProtoReflect().Descriptor()
	permission := func(p Permission, field string) *authzv1.Rule {
		return &authzv1.Rule{Caller: &authzv1.Rule_Permission{Permission: p}, TenantField: field}
	}
	tests := []struct {
		name string
		rule *authzv1.Rule
		ok   bool
	}{
		{"good", permission(planWrite, "risk.name"), true},
		{"empty", &authzv1.Rule{}, false},
		{"no permission", permission(authzv1.Permission_PERMISSION_UNSPECIFIED, "risk.name"), false},
		{"permission that does not exist", permission(999, "risk.name"), false},
		{"process false", &authzv1.Rule{Caller: &authzv1.Rule_Process{}}, false},
		{"signed in false", &authzv1.Rule{Caller: &authzv1.Rule_SignedIn{}}, false},
		{"process", &authzv1.Rule{Caller: &authzv1.Rule_Process{Process: true}}, true},
		{"no field", permission(planWrite, ""), false},
		{"unknown field", permission(planWrite, "risk.title2"), false},
		{"message", permission(planWrite, "risk"), false},
		{"through a string", permission(planWrite, "risk.name.x"), false},
		{"empty part", permission(planWrite, "risk."), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newMethod("/s/UpdateRisk", "UpdateRisk", input, tt.rule)
			if (err == nil) != tt.ok {
				t.Errorf("newMethod(%v): got error %v, want ok %t", tt.rule, err, tt.ok)
			}
		})
	}
}

func TestRequest(t *testing.T) {
	rules, err := Load(everything())
	if err != nil {
		t.Fatal(err)
	}
	process := &authn.Identity{Process: true}
	coordinator := someone("coordinator", c1)
	tests := []struct {
		name, method string
		id           *authn.Identity
		request      proto.Message
		want         fault.Kind
		ok           bool
	}{
		{"nested field", "risk.v1.RiskRegisterService/UpdateRisk", coordinator, &riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: c1 + "/risks/r"}}, 0, true},
		{"nested message absent", "risk.v1.RiskRegisterService/UpdateRisk", coordinator, &riskv1.UpdateRiskRequest{}, fault.Invalid, false},
		{"malformed name", "risk.v1.RiskRegisterService/GetRisk", coordinator, &riskv1.GetRiskRequest{Name: "risks/r"}, fault.Invalid, false},
		{"other committee", "risk.v1.RiskRegisterService/GetRisk", coordinator, &riskv1.GetRiskRequest{Name: m1 + "/committees/c2/risks/r"}, fault.Denied, false},
		{"process on a permission", "risk.v1.RiskRegisterService/GetRisk", process, &riskv1.GetRiskRequest{Name: c1 + "/risks/r"}, fault.Denied, false},
		{"process", "directory.v1.SessionService/SignIn", process, &directoryv1.SignInRequest{}, 0, true},
		{"person on a process method", "directory.v1.SessionService/SignIn", coordinator, &directoryv1.SignInRequest{}, fault.Denied, false},
		{"process where somebody must be signed in", "directory.v1.SessionService/SetPassword", process, &directoryv1.SetPasswordRequest{}, fault.Denied, false},
		{"signed in", "directory.v1.SessionService/SetPassword", coordinator, &directoryv1.SetPasswordRequest{}, 0, true},
		{"stream message", "risk.v1.TransferService/Import", someone("operator", m1), &transferv1.ImportRequest{Parent: c1}, 0, true},
		{"stream message of work", "risk.v1.TransferService/Import", coordinator, &transferv1.ImportRequest{Parent: c1}, 0, true},
		{"stream message, denied", "directory.v1.TransferService/Import", coordinator, &transferv1.ImportRequest{Parent: c1}, fault.Denied, false},
		{"stream message of another committee", "risk.v1.TransferService/Import", coordinator, &transferv1.ImportRequest{Parent: m1 + "/committees/c2"}, fault.Denied, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules["/uppsikt."+tt.method].Request(tt.id, tt.request)
			if (err == nil) != tt.ok || err != nil && !fault.Is(err, tt.want) {
				t.Errorf("got %v, want kind %d, ok %t", err, tt.want, tt.ok)
			}
		})
	}
}

func TestMalformedTenantNamesTheField(t *testing.T) {
	rules, err := Load(everything())
	if err != nil {
		t.Fatal(err)
	}
	_, err = rules["/uppsikt.risk.v1.RiskRegisterService/UpdateRisk"].Request(someone("coordinator", c1),
		&riskv1.UpdateRiskRequest{Risk: &riskv1.Risk{Name: "x"}})
	f := fault.As(err)
	if f == nil || len(f.Fields) != 1 || f.Fields[0].Path != "risk.name" || f.Fields[0].Swedish == "" {
		t.Errorf("got %+v, want the field risk.name", f)
	}
}
