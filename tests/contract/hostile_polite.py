"""Values that pass the first look, so that what is hostile comes to the second one: texts, names,
numbers, choices and times by field, or by message and field where a field means several things."""

DAY = 86400
AUTHORITY = "市场监管局"
LOT, PLACE = "urn:epc:class:lgtin:6901234.056789.A1", "urn:epc:id:sgln:6901234.05678.0"
IDENTITY = "410902188010097607"  # of nobody alive
URI = "urn:example:thing:1"
EVENT = ('{"type":"ObjectEvent","action":"OBSERVE","eventTime":"2025-03-03T08:00:00+08:00",'
         '"eventTimeZoneOffset":"+08:00","epcList":["%s"]}' % URI)
DOCUMENT = ('{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",%s'
            % EVENT[1:])

TEXTS = {
    "region": "410902", "origin": "bureau-ledger", "authority": AUTHORITY, "title": "甲",
    "person": "ZF0001", "case_number": "1", "document_number": "1", "source_id": "A1",
    "organisation": "410902", "reason": "因", "code": "91410902MA0080000Y", "page_token": "",
    "identity_number": IDENTITY, "ground": "judgment", "CasePeriod.ground": "审计",
    "person_name": "甲", "lists": "SAMR_SERIOUS", "list": "SAMR_SERIOUS", "user": "",
    "process": "urn:example:process:1", "at_least_revision": "", "etag": "",
    "document_sha256": "0" * 64, "context_json": "", "resume": "", "json": EVENT,
    "food_category": "33", "unit": "mg/kg", "field": "FOOD", "catalogue": "measure.joint",
    "gtin_prefixes": "690", "event_id": "", "biz_step": "shipping", "biz_steps": "shipping",
    "dispositions": "in_transit", "persistent_dispositions_set": "in_transit",
    "persistent_dispositions_unset": "damaged", "error_reasons": "incorrect_data",
    "place": PLACE, "read_points": PLACE, "biz_locations": PLACE, "transformation_ids": URI,
    "event_ids": URI, "corrective_event_ids": URI, "replaces": "", "lot": LOT,
    "TypedMatch.type": URI, "TypedMatch.values": URI, "EpcMatch.epcs": LOT,
    "EventPredicate.path": "urn:example:field", "EventPredicate.value": "1",
    "PlannedProduct.quantity": "1", "PlannedProduct.uom": "KGM",
    "QuantityMatch.value": "1", "QuantityMatch.uom": "KGM",
    "ReportDisposalRequest.quantity": "1", "ReportDisposalRequest.uom": "KGM",
    "ReportDisposalRequest.takes_back": "", "ReportDisposalRequest.place": "甲地",
    "AcknowledgeNoticeRequest.recovered_quantity": "1",
    "AcknowledgeNoticeRequest.recovered_uom": "KGM", "CheckColdChainRequest.band": "frozen",
    "CrossContamination.kill_steps": "packing", "Temperature.value": "-9.5",
    "Temperature.uom": "CEL",
    "ProposeNominationRequest.list": "RED", "ProposeNominationRequest.ground": "award",
    "DecideListingRequest.ground": "food.over_limit",
    "Custody.place": "甲地", "Evidence.place": "甲地", "CaseHearing.place": "甲地",
    "EvaluatePolicyRequest.policy": "rating.food-risk",
    "PreviewDocumentRequest.kind": "talk-notice", "IssueDocumentRequest.kind": "talk-notice",
    "DocumentFieldValue.key": "reasons",
    # Rows have all cells as text.
    "valid_from": "2024-01-01", "valid_to": "2029-12-31", "card_valid_to": "2029-12-31",
    "licence_from": "2024-01-01", "licence_to": "2029-12-31", "licence_number": "豫食监000001号",
    "OperatorRow.kind": "食品销售", "OperatorRow.form": "企业", "OperatorRow.status": "存续",
    "longitude": "115.03", "latitude": "35.76", "gln": "", "principal_identity_number": IDENTITY,
    "floor_area_m2": "100", "diners": "10", "Attribute.key": "ambient_sku", "Attribute.value": "1",
    "food_categories": "", "InspectorRow.status": "在岗", "InspectorRow.person": "ZF7001", "specialities": "", "conflicts": "",
    "reinspection": "否", "suspended": "否", "affiliates": "91410902MA0080000Y",
    "decide_date": "2025-02-03", "serve_date": "2025-02-04", "publish_date": "2025-02-05",
    "public_until": "2028-02-03", "until_date": "2028-02-03", "end_date": "", "end_kind": "",
    "PenaltyRow.kinds": "FINE", "fine_yuan": "100.50", "confiscation_yuan": "", "aggravated": "",
    "EntryRow.ground": "food.over_limit", "BanRow.role": "RESPONSIBLE", "BanRow.key_id": "",
    "BanRow.hash": "", "BanRow.until_date": "",
    "BanRow.identity_number": "410902188010270836", "party_code": "",
    "operator_source_id": "", "operator_origin": "",
    "LegalBasis.statute": "食品安全法", "LegalBasis.article": "第一百二十四条",
}

# What `name` or `parent` means in each service, and the fields that name something of another kind.
OF_SERVICE = {
    "OperatorService": "operators", "PeopleService": "inspectors", "DrawService": "draws",
    "SamplingService": "samples", "CheckService": "checks", "RatingService": "ratings",
    "TraceAlertService": "alerts",
    "ArchiveService": "archives", "CaseService": "cases", "LeadService": "leads",
    "ListingService": "listings", "NominationService": "nominations",
    "PublicityService": "publicities", "DocumentService": "documents", "MeasureService": "measures",
    "BanService": "bans", "AttestedService": "operators", "PostService": "posts",
    "CaptureService": "events", "MatchService": "decisions",
    "RecallService": "recalls", "RecallConductService": "recalls", "CodeService": "codes",
    "PolicyService": "policies", "LaboratoryService": "laboratories",
}
OF_REQUEST = {
    "AssessPlanRequest": "plans", "GetRatingRunRequest": "runs", "ApproveRatingsRequest": "runs",
    "ListDeterminationsRequest": "operators", "ListEvidenceRequest": "operators",
    "GetProofBundleRequest": "executed draws", "ReplaceUnitRequest": "executed draws",
    "RemoveEntryRequest": "nominated listings", "AnnulEntryRequest": "nominated listings",
    "RecordDueDiligenceRequest": "notified samples", "ReportRiskControlRequest": "notified samples",
    "RequestReinspectionRequest": "notified samples", "StartDisposalRequest": "notified samples",
    "RaiseObjectionRequest": "notified samples", "DecideReinspectionRequest": "notified samples",
    "SubmitStatementRequest": "noticed cases", "RequestHearingRequest": "noticed cases",
    "NotifyHearingRequest": "noticed cases", "RecordHearingRequest": "noticed cases",
    "RecordExecutionRequest": "decided cases", "CloseCaseRequest": "decided cases",
    "ReviewFileRequest": "decided cases", "MendFileRequest": "decided cases",
    "ReplayRatingRequest": "determinations", "AcknowledgeNoticeRequest": "notices",
}
OF_FIELD = {
    "operator": "operators", "operators": "operators", "producer": "operators",
    "supplier": "operators", "applicant": "operators", "also_served": "operators",
    "inspector": "inspectors", "inspectors": "inspectors", "samplers": "inspectors",
    "sample": "samples", "draw": "draws", "trace_alerts": "alerts",
    "laboratory": "laboratories", "tied_laboratories": "laboratories",
    "listing": "listings", "entry": "listings", "case": "cases", "penalty_case": "cases",
    "matter": "cases", "leads": "leads", "epc": "lots", "epcs": "lots", "lot": "lots",
    "ListContentsRequest.unit": "units", "seeds": "lots", "further_seeds": "lots", "identifier": "lots",
    "scanned": "lots", "complaints": "lots", "sha256": "blobs", "place": "places",
    "policy": "policies", "notice": "notices", "process": "processes",
    "EvaluatePolicyRequest.policy_revision": "policy revisions", "MatchSubject.name": "titles",
    "Party.name": "titles",
}
# Of these a plausible message has as many as there are.
SEVERAL = {"inspectors", "samplers", "complaints", "seeds"}

NUMBERS = {
    "year": 2025, "inspectors_per_operator": 2, "inspector_capacity": 4, "least": 2, "days": 10,
    "page_size": 50, "max_edges": 1000, "max_events": 100, "budget_ms": 1000, "module_pixels": 8,
    "max_sources": 10, "window_hours": 24, "tree_size": 1, "first_size": 1, "second_size": 1,
    "leaf_index": 0, "after_sequence": 0, "base": 0,
    # What a kind of penalty does not have is 0.
    "Notice.proposed_confiscation_fen": 0, "Notice.proposed_ban_months": 0,
    "Penalty.confiscation_fen": 0, "Penalty.ban_months": 0,
}
CHOICES = {
    "SampleRow.outcome": "SAMPLE_OUTCOME_FAILED", "Notice.proposed_kinds": "PENALTY_KIND_FINE", "Penalty.kinds": "PENALTY_KIND_FINE",
}
FALSE = {"dry_run", "LabReport.passed"}
# In seconds from the suite's time; the others are that time itself.
TIMES = {
    "from": -DAY, "from_time": -DAY, "from_date": -DAY, "from_event_time": -DAY,
    "from_record_time": -DAY, "from_declaration_time": -DAY, "start_time": -DAY,
    "ExportRecordsRequest.from_event_time": -60 * DAY, "public_time": 2 * DAY, "reveal_due_time": DAY, "rectify_by": 10 * DAY, "due_date": 10 * DAY,
    "due_time": DAY, "shelf_life_end": 100 * DAY, "CaseHearing.start_time": 10 * DAY,
    "production_date": -DAY, "production_dates": -DAY, "effective_date": -DAY,
}
# Left out of plausible messages, or there only beside another field.
ABSENT = {
    "CaseFiling.time_bar",  # reckoned by the service
    "AdvanceToRequest.time",  # a byte of it changed would move one service's clock by years
    "OperatorKey.code", "ProposeBanRequest.case", "PersonKey.hash", "MatchSubject.code",  # or the other
    "ListDocumentsRequest.organisation", "ListDocumentsRequest.year",
    "ProposeNominationRequest.edition_date", "reorganisation",
}
ONLY_WITH = {
    "CheckBalanceRequest.from_event_time": "operator",
    "CheckBalanceRequest.to_event_time": "operator",
}
