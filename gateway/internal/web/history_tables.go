package web

// fieldNames are the fields of resources in Swedish; one that means different things has the kind before it.
var fieldNames = map[string]string{
	"title": "Rubrik", "process": "Ansvarsområde/process", "stated_value": "Angivet riskvärde", "computed_value": "Beräknat riskvärde",
	"stated_level": "Angiven nivå", "computed_level": "Nivå enligt metoden", "likelihood": "Sannolikhet", "consequence": "Konsekvens",
	"existing_controls": "Befintliga aktiviteter och egenkontroller", "planned_handling": "Planerad hantering",
	"selection": "Urval", "not_chosen_reason": "Skäl till att den inte tas med", "unit": "Enhet", "source_note": "Varifrån bedömningen kommer",
	"state": "Läge", "status": "Följer plan", "comment": "Kommentar", "answered_role": "Svarade som", "answered_by": "Svarade", "answer_time": "Svarstid",
	"meeting_date": "Sammanträde", "papers_due_date": "Handlingarna klara", "close_time": "Stängdes", "period": "Period",
	"unanswered_reason": "Skäl till obesvarade", "how_made": "Så togs planen fram", "case_number": "Diarienummer",
	"version": "Version", "revision_reason": "Varför ny version", "paragraph": "Paragraf", "agenda_item": "Punkt på dagordningen",
	"round": "Uppföljning", "display_name": "Namn", "email": "E-postadress", "role": "Roll", "risk": "Risk", "risk_entry": "Risk", "plan": "Plan", "case": "Ärende",
	"kind": "Slag", "final_time": "Gjordes slutlig", "final_by": "Gjordes slutlig av", "method_version": "Metod",
	"administration": "Förvaltning", "genitive": "Genitiv", "disabled": "Avstängd", "description": "Beskrivning", "causes": "Orsaker", "effects": "Följder",
	"purpose": "Syfte", "scope": "Omfattning", "method": "Metod", "frequency": "När", "planned_sample": "Stickprov", "report_to": "Rapporteras till",
	"control_area": "Kontrollområde", "moved_from": "Flyttad från", "parent_unit": "Överordnad enhet", "accent_color": "Färg", "person": "Person",
	"acting": "Tillförordnad", "valid_from": "Gäller från", "valid_to": "Gäller till", "note": "Anmärkning", "value_rule": "Så räknas riskvärdet",
	"replaced": "Ersatt av en senare version", "moved_to": "Flyttad till", "common_item": "Kommungemensam granskning", "due_date": "Sista dag",
	"decline_reason": "Skäl till avslaget", "withdraw_reason": "Skäl till att den drogs tillbaka", "year": "Planår", "action": "Åtgärd",
	"action_selection": "Vilka åtgärder",

	"memorandum_date": "Tjänsteskrivelsens datum", "unit_text": "Enhet eller verksamhet", "quantity": "Slags tal", "unit_label": "Räknas i",
	"unit_label_one": "När det är en", "decimals": "Decimaler", "indicator": "Indikator", "begin_date": "Från", "end_date": "Till och med",
	"numerator": "Antal som uppfyller", "denominator": "Av hur många", "value": "Värde", "approximate": "Ungefärligt", "derived": "Beräknat och inte mätt",
	"effective_value": "Värde som gäller", "subject": "Kontroll", "execution": "Genomförande", "not_performed_reason": "Varför den inte utfördes",
	"grade": "Bedömning", "computed_fulfilment": "Måluppfyllelse enligt målen", "stated_fulfilment": "Angiven måluppfyllelse",
	"override_reason": "Skäl till den angivna måluppfyllelsen", "text": "Resultat", "comparison": "Jämfört med tidigare år",
	"comparison_comment": "Kommentar till jämförelsen", "reported_role": "Rapporterade som", "reported_by": "Rapporterade", "deviates": "Avviker",

	"time_of_day": "Klockslag", "mode": "Hur mejlen kommer", "reminderRules.kind": "Påminner om", "reminderRules.role": "Vems tur det är",

	"actions.status": "Status", "roleAssignments.scope": "Gäller för", "roleAssignments.title": "Titel",
}

// partNames are the parts of resources that have fields of their own or come several at a time, one of each.
var partNames = map[string]string{
	"decision": "Beslut", "sections": "Avsnitt", "treatments": "Hantering", "owners": "Ansvarig", "responsible_manager": "Ansvarig chef",
	"classifications": "Kategori", "answers": "Fråga", "steps": "Steg", "plans": "Plan", "case_numbers": "Diarienummer",
	"decision_points": "Beslutspunkt", "texts": "Text", "files": "Fil", "risk_entries": "Risk", "replaces": "Ersätter", "related": "Hör ihop med",
	"confirmed_empty": "Bekräftat tomt", "levels": "Nivå", "bands": "Gräns", "cells": "Ruta", "questions": "Fråga", "selected_levels": "Vald nivå",
	"origin": "Kommer från", "renewals": "Förlängning", "closing": "Avslut", "committees": "Nämnd", "roles": "Roll", "action_years": "Planår",
	"managers": "Ansvarig chef", "officials": "Handläggare", "basis": "Beslutsunderlag", "appendices": "Bilaga", "recipients": "Mottagare",
	"targets": "Mål", "subjects": "Hör till", "samples": "Stickprov", "surveys": "Enkät", "proposed_actions": "Föreslagen åtgärd", "parts": "Del", "labels": "Ord",
	"times": "Tidpunkt", "ladder": "Om ingen kan nås", "grade_scale": "Bedömning", "action_scale": "Status för åtgärder",
	"follow_up_scale": "Svarsalternativ", "likelihood": "Sannolikhet", "consequence": "Konsekvens",
}

// innerNames are the fields of parts; those with the part before them differ from the others. Empty names are those
// that the part is named for.
var innerNames = map[string]string{
	"title": "rubrik", "text": "text", "explicitly_empty": "ska stå tomt", "reason": "skäl", "role": "roll", "role_assignment": "innehavare",
	"case_number": "diarienummer", "meeting_date": "sammanträdesdatum", "paragraph": "paragraf", "effective_date": "gäller från",
	"yes": "svar", "due_date": "senast", "proposed": "förslag", "decided": "beslut", "format": "format", "sha256": "kontrollsumma",
	"id": "kod", "label": "namn", "description": "beskrivning", "value": "värde", "kind": "slag", "level": "nivå", "lower": "från", "upper": "till",
	"lower_exclusive": "från men inte med", "upper_exclusive": "till men inte med", "critical": "kritisk", "likelihood": "sannolikhet",
	"consequence": "konsekvens", "meaning": "betydelse", "reason_required": "kräver skäl", "prescribed_treatments": "föreskriven hantering",

	"resource": "vad", "year": "planår", "note": "uppdrag", "decision": "beslut", "date": "dag", "done": "genomförd",
	"scope": "gäller för", "final": "inget mer väntas",
	"renewals.decision.case_number": "beslutets diarienummer", "renewals.decision.meeting_date": "beslutets sammanträdesdatum",
	"renewals.decision.paragraph": "beslutets paragraf", "renewals.decision.effective_date": "beslutet gäller från",
	"closing.decision.case_number": "beslutets diarienummer", "closing.decision.meeting_date": "beslutets sammanträdesdatum",
	"closing.decision.paragraph": "beslutets paragraf", "closing.decision.effective_date": "beslutet gäller från",
	"classifications.items.id": "kod för rubrik", "classifications.items.title": "namn på rubrik",
	"classifications.items.parent": "ligger under, för rubrik", "classifications.items.mandatory": "krävs, rubrik",
	"renewals.due_date": "nytt sista datum", "renewals.previous_due_date": "tidigare sista datum",

	"holder": "namn", "acting": "tillförordnad", "purpose": "varför", "operator": "när det är uppfyllt", "baseline_year": "jämförelseår",
	"examined": "antal granskade", "examined_words": "antal granskade i ord", "population": "av hur många", "approximate": "ungefärligt", "unit": "enhet",
	"deviations.kind": "avvikelse", "deviations.count": "antal", "deviations.count_words": "antal i ord", "deviations.of": "av hur många", "question": "fråga",
	"answer": "vad svaren visar", "respondents": "antal svar", "invited": "antal tillfrågade", "action": "åtgärd", "state": "läge", "fault": "varför den inte togs emot",
	"days_before": "dagar före", "days_after": "dagar efter", "recipient": "till vem",
	"times.share.percent": "procent av tiden kvar", "times.share.min_days": "minst dagar före", "times.share.max_days": "högst dagar före",
	"hidden": "utelämnas", "key": "vilken", "deviation": "avviker",

	"treatments.treatment": "", "owners.role": "", "responsible_manager.role": "", "answers.question": "", "texts.text": "", "questions.text": "",
	"texts.key": "plats i handlingen", "steps.title": "vad", "steps.role": "vem",
	"steps.value": "värde på steg", "steps.label": "namn på steg", "steps.description": "beskrivning av steg",
}

// resourceKinds are the kinds of resources, one of each.
var resourceKinds = map[string]string{
	"municipalities": "Kommun", "committees": "Nämnd", "units": "Enhet", "people": "Person", "roleAssignments": "Roll", "methods": "Metod",
	"versions": "Version", "plans": "Internkontrollplan", "risks": "Risk", "riskEntries": "Risk", "controlAreas": "Kontrollområde",
	"controlPoints": "Kontrollmoment", "rounds": "Uppföljning", "followUps": "Svar", "cases": "Ärende", "documents": "Dokument",
	"actions": "Åtgärd", "commonItems": "Kommungemensam granskning", "serviceAccounts": "Konto",
	"indicators": "Indikator", "measurements": "Mätning", "results": "Resultat", "templates": "Mall",
	"reminderRules": "Påminnelseregel", "reminderSettings": "Val för påminnelser",
}

// valueWords are the values that people see in Swedish.
var valueWords = map[string]string{
	"SELECTION_IN_PLAN": "I planen", "SELECTION_NOT_CHOSEN": "Inte vald", "SELECTION_UNSPECIFIED": "Inte bestämt",
	"PLAN_STATE_DRAFT": "Utkast", "PLAN_STATE_PROPOSED": "Föreslagen till nämnden", "PLAN_STATE_DECIDED": "Fastställd", "PLAN_STATE_CLOSED": "Avslutad",
	"ROUND_STATE_OPEN": "Öppen", "ROUND_STATE_CLOSED": "Stängd", "DOCUMENT_STATE_DRAFT": "Utkast", "DOCUMENT_STATE_FINAL": "Slutlig",
	"CONTROL_POINT_KIND_CHECK": "Kontrollmoment", "CONTROL_POINT_KIND_REVIEW": "Granskning", "ROUND_KIND_INTERIM": "Delårsuppföljning",
	"ROUND_KIND_YEARLY": "Helårsuppföljning", "ROUND_KIND_ACTION_REPORT": "Återrapportering av åtgärder", "ROUND_KIND_SEPARATE": "Särskild uppföljning",
	"ROUND_KIND_IMMEDIATE": "Omedelbar rapportering", "ROUND_SELECTION_CRITICAL": "De kritiska riskerna", "ROUND_SELECTION_ALL": "Alla risker i planen",
	"ROUND_SELECTION_DUE": "Valda risker", "STEP_ROLE_OWNER": "Ansvariga", "STEP_ROLE_MANAGER": "Ansvarig chef", "STEP_ROLE_COORDINATOR": "Samordnaren",
	"STEP_ROLE_HEAD": "Förvaltningschefen", "STEP_ROLE_COMMITTEE": "Nämnden",
	"DOCUMENT_KIND_INTERIM": "Delårsuppföljning", "DOCUMENT_KIND_PLAN": "Internkontrollplan", "DOCUMENT_KIND_ANNUAL": "Internkontrollrapport",
	"DOCUMENT_KIND_MEMORANDUM": "Tjänsteskrivelse", "DOCUMENT_KIND_MINUTES_EXTRACT": "Protokollsutdrag", "DOCUMENT_KIND_CONSOLIDATED": "Samlad rapport",
	"DOCUMENT_FORMAT_PDF": "PDF", "DOCUMENT_FORMAT_DOCX": "Word", "DOCUMENT_FORMAT_HTML": "HTML", "DOCUMENT_FORMAT_XLSX": "Excel",
	"ROUND_SELECTION_NONE": "Inga risker", "ACTION_SELECTION_UNSPECIFIED": "Inga åtgärder", "ACTION_SELECTION_DUE": "De som ska vara klara",
	"ACTION_SELECTION_OPEN": "Alla öppna", "ACTION_SELECTION_ALL": "Alla, även avslutade",
	"ACTION_STATE_PROPOSED": "Föreslagen", "ACTION_STATE_ACCEPTED": "Godkänd", "ACTION_STATE_DECLINED": "Avslagen", "ACTION_STATE_CLOSED": "Avslutad",
	"ACTION_ORIGIN_KIND_PLAN": "Planen", "ACTION_ORIGIN_KIND_RISK_ENTRY": "Risk", "ACTION_ORIGIN_KIND_CONTROL_POINT": "Granskning",
	"ACTION_ORIGIN_KIND_RESULT": "Avvikelse", "ACTION_ORIGIN_KIND_ROUND": "Uppföljning", "ACTION_ORIGIN_KIND_ASSIGNMENT": "Uppdrag",
	"COMMON_ITEM_STATE_DRAFT": "Utkast", "COMMON_ITEM_STATE_DECIDED": "Beslutad", "COMMON_ITEM_STATE_WITHDRAWN": "Tillbakadragen",
	"QUANTITY_SHARE": "Andel i procent", "QUANTITY_COUNT": "Antal", "QUANTITY_NUMBER": "Annat tal", "TARGET_OPERATOR_AT_LEAST": "Minst",
	"TARGET_OPERATOR_AT_MOST": "Högst", "TARGET_OPERATOR_EQUALS": "Exakt", "TARGET_OPERATOR_INCREASE": "Öka", "TARGET_OPERATOR_DECREASE": "Minska",
	"TARGET_OPERATOR_UNCHANGED": "Oförändrat", "TARGET_OPERATOR_NONE": "Inget mål", "EXECUTION_UNSPECIFIED": "Inte angivet", "EXECUTION_ONGOING": "Pågår",
	"EXECUTION_DONE": "Utförd", "EXECUTION_NOT_PERFORMED": "Inte utförd", "FULFILMENT_UNSPECIFIED": "Inte angivet", "FULFILMENT_MET": "Uppfyllt",
	"FULFILMENT_PARTLY": "Delvis uppfyllt", "FULFILMENT_NOT_MET": "Inte uppfyllt", "FULFILMENT_NOT_ASSESSED": "Inte bedömt",
	"COMPARISON_UNSPECIFIED": "Inte angivet", "COMPARISON_BETTER": "Bättre", "COMPARISON_WORSE": "Sämre", "COMPARISON_SAME": "Oförändrat",
	"COMPARISON_UNKNOWN": "Går inte att jämföra", "PROPOSED_ACTION_STATE_PENDING": "Väntar", "PROPOSED_ACTION_STATE_DELIVERED": "Finns i åtgärdsregistret",
	"PROPOSED_ACTION_STATE_REFUSED": "Togs inte emot", "RECIPIENT_PURPOSE_INFORMATION": "För kännedom", "RECIPIENT_PURPOSE_EXECUTION": "För åtgärd",
	"COMMITTEE_KIND_COMMITTEE": "Nämnd", "COMMITTEE_KIND_EXECUTIVE": "Kommunstyrelse", "COMMITTEE_KIND_JOINT": "Gemensam nämnd",
	"COMMITTEE_KIND_COMPANY_BOARD": "Bolagsstyrelse", "VALUE_RULE_PRODUCT": "Sannolikhet gånger konsekvens", "VALUE_RULE_TABLE": "Enligt tabell",
	"STATUS_MEANING_YES": "Ja", "STATUS_MEANING_PARTLY": "Delvis", "STATUS_MEANING_NO": "Nej", "STATUS_MEANING_UNKNOWN": "Vet inte",
	"TREATMENT_KIND_ACCEPT": "Accepteras", "TREATMENT_KIND_WATCH": "Bevakas", "TREATMENT_KIND_REDUCE": "Minskas", "TREATMENT_KIND_TRANSFER": "Överförs",
	"TREATMENT_KIND_DIRECT_ACTION": "Direktåtgärd", "TREATMENT_KIND_REVIEW": "Granskning", "TREATMENT_KIND_IMPROVEMENT": "Förbättringsarbete",
	"DEADLINE_KIND_UNSPECIFIED": "Allt som har en sista dag", "DEADLINE_KIND_FOLLOW_UP": "Svar i en uppföljning", "DEADLINE_KIND_STEP": "Andra steg i en uppföljning",
	"DEADLINE_KIND_PAPERS": "Handlingar som ska vara klara", "DEADLINE_KIND_MEETING": "Sammanträden", "DEADLINE_KIND_ACTION": "Åtgärder",
	"DEADLINE_KIND_CONTROL": "Kontroller som ska redovisas", "STEP_ROLE_UNSPECIFIED": "Vem som helst",
	"DELIVERY_MODE_UNSPECIFIED": "Ett samlat mejl", "DELIVERY_MODE_SINGLE": "Ett mejl för varje sak", "DELIVERY_MODE_DIGEST": "Ett samlat mejl",
	"LADDER_STEP_UNSPECIFIED": "Den ansvariga", "LADDER_STEP_RESPONSIBLE": "Den ansvariga", "LADDER_STEP_MANAGER": "Ansvarig chef",
	"LADDER_STEP_COORDINATOR": "Samordnaren", "LADDER_STEP_HEAD": "Förvaltningschefen",
	"CLASSIFICATION_KIND_CATEGORY": "Kategori", "CLASSIFICATION_KIND_PROCESS": "Process", "CLASSIFICATION_KIND_GOAL": "Mål",
}
