package web

import "net/http"

// Places in addresses: a municipality, a committee, a plan.
const (
	municipalityPath = "/municipalities/{m}"
	committeePath    = municipalityPath + "/committees/{c}"
	planPath         = committeePath + "/plans/{year}"
	entryPath        = planPath + "/riskEntries/{e}"
	roundPath        = committeePath + "/rounds/{round}"
	casePath         = committeePath + "/cases/{case}"
	actionPath       = committeePath + "/actions/{a}"
	commonPath       = municipalityPath + "/commonItems/{i}"
	indicatorPath    = committeePath + "/indicators/{i}"
	measurementPath  = committeePath + "/measurements/{measurement}"
	resultPath       = roundPath + "/results/{r}"
	accountPath      = municipalityPath + "/serviceAccounts/{a}"
	documentPath     = committeePath + "/documents/{d}"
	deliveryPath     = "/utskick/{d}"
	rulePath         = "/reminderRules/{rule}"
)

// newRoutes returns the handler of every address.
func (s *server) newRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, a := range s.assets {
		mux.Handle("GET "+a.address, serveAsset(a))
	}
	mux.HandleFunc("GET /assets/farg/{file}", serveAccent)
	s.openRoutes(mux)
	s.startRoutes(mux)
	s.planRoutes(mux)
	s.roundRoutes(mux)
	s.controlRoutes(mux)
	s.caseRoutes(mux)
	s.actionRoutes(mux)
	s.townRoutes(mux)
	s.adminRoutes(mux)
	s.reminderRoutes(mux)
	s.ownRoutes(mux)
	mux.Handle("GET "+committeePath, s.signedIn(s.overview))
	mux.Handle("GET "+committeePath+"/sok", s.signedIn(s.search))
	mux.Handle("GET /historik/{name...}", s.signedIn(s.history))
	mux.Handle("/", s.open(func(c *call) (*page, error) {
		if c.r.URL.Path == "/" {
			return s.home(c)
		}
		return nil, notFound()
	}))
	return mux
}

// openRoutes adds what can be seen without signing in.
func (s *server) openRoutes(mux *http.ServeMux) {
	mux.Handle("/logga-in", s.open(s.signIn))
	mux.Handle("/logga-in/{secret}", s.open(s.signInByLink))
	mux.Handle("/demo", s.open(s.demo))
	mux.Handle("POST /logga-ut", s.open(s.signOut))
	mux.Handle("GET /tillganglighet", s.open(s.accessibility))
	mux.Handle("GET /docs", s.open(s.docs))
	mux.Handle("GET /docs/{$}", http.RedirectHandler("/docs", http.StatusMovedPermanently))
	mux.Handle("GET /docs/{group}", s.open(s.docsGroup))
	mux.Handle("GET /docs/types/{type}", s.open(s.docsType))
}

// startRoutes adds the first steps on an empty installation, and the import.
func (s *server) startRoutes(mux *http.ServeMux) {
	mux.Handle("/losenord", s.signedIn(s.password))
	mux.Handle("/start", s.signedIn(s.startMunicipality))
	mux.Handle("/start"+municipalityPath, s.signedIn(s.startCommittee))
	mux.Handle("/start"+committeePath, s.signedIn(s.startPerson))
	mux.Handle("/start"+committeePath+"/klart", s.signedIn(s.startDone))
	mux.Handle("/importera", s.signedIn(s.importBundle))
	mux.Handle(committeePath+"/importera", s.signedIn(s.importWorkbook))
	mux.Handle("GET "+committeePath+"/importera/fil/{kind}", s.signedIn(s.workbookTemplate))
}

// planRoutes adds plans and what they hold.
func (s *server) planRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+committeePath+"/plans", s.signedIn(s.plans))
	mux.Handle(committeePath+"/ny-plan", s.signedIn(s.createPlan))
	mux.Handle("GET "+planPath, s.signedIn(s.plan))
	mux.Handle("GET "+planPath+"/jamfor", s.signedIn(s.comparePlans))
	mux.Handle("GET "+planPath+"/riskmatris/{format}", s.signedIn(s.figure))
	mux.Handle(planPath+"/andra", s.signedIn(s.editPlan))
	mux.Handle(planPath+"/foresla", s.signedIn(s.proposePlan))
	mux.Handle(planPath+"/ta-tillbaka", s.signedIn(s.withdrawPlan))
	mux.Handle(planPath+"/beslut", s.signedIn(s.decidePlan))
	mux.Handle(planPath+"/ny-version", s.signedIn(s.revisePlan))
	mux.Handle(planPath+"/avsluta", s.signedIn(s.closePlan))
	mux.Handle(planPath+"/hamta-gemensamma", s.signedIn(s.addCommon))
	mux.Handle("GET "+planPath+"/versions/{n}", s.signedIn(s.planVersion))
	mux.Handle(planPath+"/ny-risk", s.signedIn(s.createEntry))
	mux.Handle("GET "+entryPath, s.signedIn(s.entry))
	mux.Handle(entryPath+"/andra", s.signedIn(s.editEntry))
	mux.Handle(entryPath+"/ta-bort", s.signedIn(s.deleteEntry))
	mux.Handle("GET "+committeePath+"/risks/{risk}", s.signedIn(s.risk))
	mux.Handle(committeePath+"/risks/{risk}/flytta", s.signedIn(s.moveRisk))
	mux.Handle(planPath+"/nytt-kontrollmoment", s.signedIn(s.createPoint))
	mux.Handle("GET "+planPath+"/controlPoints/{p}", s.signedIn(s.point))
	mux.Handle(planPath+"/controlPoints/{p}/andra", s.signedIn(s.editPoint))
	mux.Handle(planPath+"/controlPoints/{p}/ta-bort", s.signedIn(s.deletePoint))
	mux.Handle(planPath+"/controlPoints/{p}/flytta", s.signedIn(s.movePoint))
	mux.Handle(planPath+"/nytt-kontrollomrade", s.signedIn(s.createArea))
	mux.Handle("GET "+planPath+"/controlAreas/{a}", s.signedIn(s.controlArea))
	mux.Handle(planPath+"/controlAreas/{a}/andra", s.signedIn(s.editArea))
	mux.Handle(planPath+"/controlAreas/{a}/ta-bort", s.signedIn(s.deleteArea))
}

// roundRoutes adds rounds and answers.
func (s *server) roundRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+committeePath+"/rounds", s.signedIn(s.rounds))
	mux.Handle(committeePath+"/ny-uppfoljning", s.signedIn(s.createRound))
	mux.Handle("GET "+roundPath, s.signedIn(s.round))
	mux.Handle(roundPath+"/andra", s.signedIn(s.editRound))
	mux.Handle(roundPath+"/stang", s.signedIn(s.closeRound))
	mux.Handle(roundPath+"/followUps/{f}", s.signedIn(s.answer))
}

// controlRoutes adds indicators, measurements and results.
func (s *server) controlRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+committeePath+"/controls", s.signedIn(s.controls))
	mux.Handle(committeePath+"/ny-indikator", s.signedIn(s.createIndicator))
	mux.Handle("GET "+indicatorPath, s.signedIn(s.indicator))
	mux.Handle("GET "+indicatorPath+"/fil/{file}", s.signedIn(s.indicatorFigure))
	mux.Handle(indicatorPath+"/andra", s.signedIn(s.editIndicator))
	mux.Handle(indicatorPath+"/ta-bort", s.signedIn(s.deleteIndicator))
	mux.Handle(indicatorPath+"/ny-matning", s.signedIn(s.createMeasurement))
	mux.Handle(measurementPath, s.signedIn(s.editMeasurement))
	mux.Handle(measurementPath+"/ta-bort", s.signedIn(s.deleteMeasurement))
	mux.Handle(roundPath+"/nytt-resultat", s.signedIn(s.createResult))
	mux.Handle("GET "+resultPath, s.signedIn(s.result))
	mux.Handle(resultPath+"/andra", s.signedIn(s.editResult))
}

// actionRoutes adds actions and the decisions on them.
func (s *server) actionRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+committeePath+"/actions", s.signedIn(s.actions))
	mux.Handle(committeePath+"/ny-atgard", s.signedIn(s.createAction))
	mux.Handle("GET "+actionPath, s.signedIn(s.action))
	mux.Handle(actionPath+"/andra", s.signedIn(s.editAction))
	mux.Handle(actionPath+"/{steg}", s.signedIn(s.decideAction))
}

// townRoutes adds what concerns all committees of a municipality.
func (s *server) townRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+municipalityPath+"/oversikt", s.signedIn(s.town))
	mux.Handle("GET "+municipalityPath+"/templates", s.signedIn(s.templates))
	mux.Handle(municipalityPath+"/templates/{kind}", s.signedIn(s.template))
	mux.Handle(municipalityPath+"/templates/{kind}/aterstall", s.signedIn(s.resetTemplate))
	mux.Handle("GET "+municipalityPath+"/commonItems", s.signedIn(s.commonItems))
	mux.Handle(municipalityPath+"/ny-granskning", s.signedIn(s.createCommonItem))
	mux.Handle("GET "+commonPath, s.signedIn(s.commonItem))
	mux.Handle(commonPath+"/andra", s.signedIn(s.editCommonItem))
	mux.Handle(commonPath+"/beslut", s.signedIn(s.decideCommonItem))
	mux.Handle(commonPath+"/dra-tillbaka", s.signedIn(s.withdrawCommonItem))
	mux.Handle(commonPath+"/ta-bort", s.signedIn(s.deleteCommonItem))
}

// caseRoutes adds cases and documents.
func (s *server) caseRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+committeePath+"/cases", s.signedIn(s.cases))
	mux.Handle("GET "+committeePath+"/documents", s.signedIn(s.cases))
	mux.Handle(committeePath+"/nytt-arende", s.signedIn(s.createCase))
	mux.Handle("GET "+casePath, s.signedIn(s.caseView))
	mux.Handle(casePath+"/andra", s.signedIn(s.editCase))
	mux.Handle(committeePath+"/nytt-dokument", s.signedIn(s.createDocument))
	mux.Handle("GET "+documentPath, s.signedIn(s.document))
	mux.Handle(documentPath+"/gor-slutlig", s.signedIn(s.finalizeDocument))
	mux.Handle(documentPath+"/ta-bort", s.signedIn(s.deleteDocument))
	mux.Handle("GET "+documentPath+"/fil/{format}", s.signedIn(s.download))
}

// adminRoutes adds people and committees.
func (s *server) adminRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+municipalityPath, s.signedIn(s.municipality))
	mux.Handle("GET "+municipalityPath+"/people", s.signedIn(s.people))
	mux.Handle(municipalityPath+"/ny-person", s.signedIn(s.createPerson))
	mux.Handle(municipalityPath+"/people/{p}", s.signedIn(s.person))
	mux.Handle("GET "+municipalityPath+"/serviceAccounts", s.signedIn(s.accounts))
	mux.Handle(municipalityPath+"/nytt-konto", s.signedIn(s.createAccount))
	mux.Handle(accountPath, s.signedIn(s.account))
	mux.Handle(accountPath+"/andra", s.signedIn(s.editAccount))
	mux.Handle(accountPath+"/ta-bort", s.signedIn(s.deleteAccount))
	mux.Handle(municipalityPath+"/ny-namnd", s.signedIn(s.createCommittee))
	mux.Handle(committeePath+"/enheter", s.signedIn(s.units))
}

// reminderRoutes adds reminders, their rules and the ledger of a committee and of a whole municipality.
func (s *server) reminderRoutes(mux *http.ServeMux) {
	for _, place := range []string{municipalityPath, committeePath} {
		mux.Handle("GET "+place+"/paminnelser", s.signedIn(s.reminders))
		mux.Handle(place+"/ny-regel", s.signedIn(s.createRule))
		mux.Handle(place+rulePath, s.signedIn(s.rule))
		mux.Handle(place+rulePath+"/andra", s.signedIn(s.editRule))
		mux.Handle(place+rulePath+"/ta-bort", s.signedIn(s.deleteRule))
		mux.Handle("GET "+place+"/utskick", s.signedIn(s.deliveries))
		mux.Handle(place+deliveryPath, s.signedIn(s.delivery))
		mux.Handle("GET "+place+deliveryPath+"/fil/mejl", s.signedIn(s.deliveryMail))
	}
	mux.Handle(municipalityPath+"/deliveries/{d}", s.signedIn(s.delivery))
}

// ownRoutes adds what is the user's own.
func (s *server) ownRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+tasksPath, s.signedIn(s.tasks))
	mux.Handle(settingsPath, s.signedIn(s.settings))
	mux.Handle(feedPath, s.signedIn(s.makeFeed))
	mux.Handle(feedPath+"/ta-bort", s.signedIn(s.removeFeed))
}
