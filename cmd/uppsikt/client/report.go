package client

import (
	"fmt"
	"path"
	"strings"

	reportv1 "github.com/uppsikt/uppsikt/proto/gen/uppsikt/report/v1"
)

// Report renders a draft.
type Report struct {
	connection
	Committee string `required:"" placeholder:"NAME" help:"Committee: municipalities/{m}/committees/{c}."`
	Year      int    `required:"" help:"Year of the plan."`
	Round     string `placeholder:"ID" help:"Round, for a kind that reports one; else the latest of that kind."`
	Kind      string `required:"" enum:"plan,interim,annual,memorandum,minutes-extract,consolidated" help:"Kind: plan, interim, annual, memorandum or minutes-extract; consolidated is accepted, but not made yet."`
	Format    string `required:"" enum:"html,pdf,docx,xlsx" help:"Format: html, pdf or docx; xlsx for plan and annual."`
	Output    string `short:"o" required:"" placeholder:"FILE" help:"File to write; - is standard output."`
}

// Run writes the rendered document.
func (c Report) Run(a App) error {
	ctx, conn, err := c.dial(a)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := NewProgress(a.Stderr, "Tar fram dokumentet")
	defer p.End()
	body, err := reportv1.NewReportingServiceClient(conn).RenderDraft(ctx, c.request())
	if err != nil {
		return err
	}
	if c.Output == "-" {
		_, err = a.Stdout.Write(body.GetData())
		return err
	}
	return writeFile(c.Output, body.GetData())
}

// request spells the flags out in the names of the API.
func (c Report) request() *reportv1.RenderDraftRequest {
	round := c.Round
	if round != "" && !strings.Contains(round, "/") {
		round = path.Join(c.Committee, "rounds", round)
	}
	return &reportv1.RenderDraftRequest{
		Parent: c.Committee,
		Kind:   reportv1.DocumentKind(reportv1.DocumentKind_value["DOCUMENT_KIND_"+constant(c.Kind)]),
		Plan:   fmt.Sprintf("%s/plans/%d", c.Committee, c.Year),
		Round:  round,
		Format: reportv1.DocumentFormat(reportv1.DocumentFormat_value["DOCUMENT_FORMAT_"+constant(c.Format)]),
	}
}

// constant turns "minutes-extract" into "MINUTES_EXTRACT".
func constant(flag string) string {
	return strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
