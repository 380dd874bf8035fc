package main

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	controlv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/control/v1"
	directoryv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/directory/v1"
	journalv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/journal/v1"
	notificationv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/notification/v1"
	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
	riskv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/risk/v1"
)

// stream is an open feed of changes, the same message for every service.
type stream = grpc.ServerStreamingClient[journalv1.WatchChangesResponse]

// service is one owner of resources, with its change feed and its ways to read what has changed.
type service struct {
	name  string
	watch func(context.Context, *journalv1.WatchChangesRequest, ...grpc.CallOption) (stream, error)
	// get reads a resource by name; by the kind of the resource.
	get map[string]getter
}

type getter func(ctx context.Context, name string) (proto.Message, error)

// services returns every service, each with a feed of its own. Follow those that you need.
func services(conn *grpc.ClientConn) []service {
	directory := directoryv1.NewDirectoryServiceClient(conn)
	risks := riskv1.NewRiskRegisterServiceClient(conn)
	controls := controlv1.NewControlMeasurementServiceClient(conn)
	notices := notificationv1.NewNotificationServiceClient(conn)
	reports := reportv1.NewReportingServiceClient(conn)
	return []service{
		{"directory", directoryv1.NewJournalServiceClient(conn).WatchChanges, map[string]getter{
			"municipalities": by(directory.GetMunicipality), "committees": by(directory.GetCommittee), "units": by(directory.GetUnit),
			"people": by(directory.GetPerson), "roleAssignments": by(directory.GetRoleAssignment),
			"serviceAccounts": by(directory.GetServiceAccount),
		}},
		{"riskregister", riskv1.NewJournalServiceClient(conn).WatchChanges, map[string]getter{
			"methods": by(risks.GetMethod), "methods/versions": by(risks.GetMethodVersion),
			"plans": by(risks.GetPlan), "plans/versions": by(risks.GetPlanVersion), "risks": by(risks.GetRisk),
			"riskEntries": by(risks.GetRiskEntry), "controlAreas": by(risks.GetControlArea), "controlPoints": by(risks.GetControlPoint),
			"commonItems": by(risks.GetCommonItem), "actions": by(risks.GetAction),
			"rounds": by(risks.GetRound), "followUps": by(risks.GetFollowUp),
		}},
		{"controlmeasurement", controlv1.NewJournalServiceClient(conn).WatchChanges, map[string]getter{
			"indicators": by(controls.GetIndicator), "measurements": by(controls.GetMeasurement), "results": by(controls.GetResult),
		}},
		{"reporting", reportv1.NewJournalServiceClient(conn).WatchChanges, map[string]getter{
			"cases": by(reports.GetCase), "documents": by(reports.GetDocument), "templates": by(reports.GetTemplate),
		}},
		{"notification", notificationv1.NewJournalServiceClient(conn).WatchChanges, map[string]getter{
			"reminderRules": by(notices.GetReminderRule), "reminderSettings": by(notices.GetReminderSettings),
		}},
	}
}

// by makes a getter of an RPC whose request holds a name.
func by[Q any, P interface {
	*Q
	proto.Message
}, R proto.Message](call func(context.Context, P, ...grpc.CallOption) (R, error)) getter {
	return func(ctx context.Context, name string) (proto.Message, error) {
		request := P(new(Q))
		m := request.ProtoReflect()
		m.Set(m.Descriptor().Fields().ByName("name"), protoreflect.ValueOfString(name))
		return call(ctx, request)
	}
}

// kind returns what a resource is by its name: the collection that it lies in. Methods and plans both have versions.
func kind(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) < 2 {
		return ""
	}
	collection := parts[len(parts)-2]
	if collection == "versions" && len(parts) >= 4 {
		return parts[len(parts)-4] + "/versions"
	}
	return collection
}
