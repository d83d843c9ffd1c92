"""More of a county's matters than populated.py has: what only comes up in the course of a case, a
draw or a listing, so that a request about it can name it."""
import base64
import hashlib
import json

import harness
import populated
from harness import wire

LISTINGS, MEASURES = "shian.sanction.v1.ListingService", "shian.sanction.v1.MeasureService"
LEADS, MATCHES = "shian.sanction.v1.LeadService", "shian.sanction.v1.MatchService"
CHECKS, ALERTS = "shian.inspection.v1.CheckService", "shian.inspection.v1.TraceAlertService"
CASES, DRAWS, RATINGS = populated.CASES, populated.DRAWS, populated.RATINGS
# As the story of tests/e2e: the notice is served, time for a statement passes, the rest follows.
ALERTED, REVEALED, DRAWN = ("2025-03-03T09:02:00+08:00", "2025-03-04T17:00:00+08:00",
                            "2025-03-04T21:30:00+08:00")
DECIDED, PUBLISHED, SHARED = ("2025-03-20T09:00:00+08:00", "2025-03-24T09:00:00+08:00",
                              "2025-03-24T10:00:00+08:00")
LOTS, CHAIN = "urn:epc:class:lgtin:6901234.056789.", ("CHENGYUAN8", "CHENGYUAN9", "CHENGYUAN10")
UNIT = "urn:epc:id:sscc:6901234.0000000017"
WORD = "澄沅县内部列入"
YEAR = 2024
DEPARTMENTS = ("finance-bureau", "education-bureau", "transport-bureau")


PENALTY = {"decision_number": WORD, "kinds": ["PENALTY_KIND_FINE", "PENALTY_KIND_SHUTDOWN"],
           "fine_fen": 15000000, "aggravated": True, "reasons": WORD,
           "legal_bases": [{"statute": "食品安全法", "article": "第一百二十四条"}]}


def add(suite, made):
    """Gives the suite's time in seconds after all of it."""
    made.names["notified samples"] = suite.client("ctl").call(
        f"{populated.RECALLS}/GetRecall", {"name": made.names["recalls"]})["recall"]["sample"]
    record_check(suite, made)
    settle_alert(suite, made)
    suite.wait_feeds()
    rate(suite, made)
    draw(suite, made)
    case = serve_notice(suite, made, "1")
    nominate(suite, made, "NotifyNomination", "ZF0004", text=WORD)
    suite.advance(DECIDED)
    decide(suite, made, case)
    refuse_and_dispose(suite, made)
    entry = nominate(suite, made, "DecideNomination", "ZF0006", granted=True, text=WORD)["entry"]
    made.names["nominated listings"] = entry
    propose(suite, made)
    suite.advance(PUBLISHED)
    publish(suite, made, case)
    decide_match(suite, made)
    made.names["decided cases"], made.names["noticed cases"] = case, serve_notice(suite, made, "2")
    suite.advance(SHARED)  # the lists' first snapshot is made when time has passed
    suite.wait_feeds()
    made.words |= {WORD, UNIT, *CHAIN, *made.names.values()}
    return seconds(suite)


def names(suite, made):
    """For hostile.REAL: what stands in `made`, and names that are no secret of the county."""
    client = suite.client("ctl")
    policy = client.call("shian.policy.v1.PolicyService/ListPolicies", {"id": "rating.food-risk"},
                         service="credit")["policies"][0]
    title = client.call("shian.registry.v1.OperatorService/GetOperator",
                        {"name": made.names["operators"]})["operator"]["title"]
    return {**made.names, "places": populated.PLACE[0], "laboratories": made.laboratory,
            "policies": policy["name"], "policy revisions": policy["revision"], "titles": title,
            "inspectors": [made.names["inspectors"], "inspectors/ZF0001"],
            "lots": [LOTS + lot for lot in CHAIN[1:]], "units": UNIT,
            "barred": made.barred}


def seconds(suite):
    clock = suite.client("ctl").call("shian.common.v1.ClockService/GetClock", service="trace")
    time = wire.PROTOS.message("google.protobuf.Timestamp")()
    time.FromJsonString(clock["time"])
    return time.seconds


def record_check(suite, made):
    made.names["checks"] = suite.client("ctl").call(f"{CHECKS}/RecordCheck", {"check": {
        "operator": made.names["operators"], "region": harness.REGION,
        "date": {"year": YEAR - 1, "month": 3, "day": 3}, "kind": "CHECK_KIND_ROUTINE",
        "result": "CHECK_RESULT_CONFORMING", "counts": {"key_items": 1}, "remark": WORD,
        "inspectors": [made.names["inspectors"], "inspectors/ZF0001"]}},
        suite.officer("ZF0003"))["check"]["name"]


def making_and_packing():
    """Two lots made of one, more than went in, and packed."""
    making = json.loads(populated.unbalanced_document())
    raw, one, other = ({"epcClass": LOTS + lot, "quantity": quantity, "uom": "KGM"}
                       for lot, quantity in zip(CHAIN, (1, 5, 5)))
    making.update(inputQuantityList=[raw], outputQuantityList=[one, other])
    packing = {**making, "type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
               "eventTime": "2025-03-03T08:50:00+08:00", "parentID": UNIT,
               "childQuantityList": [one, other]}
    del packing["inputQuantityList"], packing["outputQuantityList"]
    return making, packing


def refuse_and_dispose(suite, made):
    """Goods that were not taken over, and goods of the recall that were destroyed."""
    client = suite.client("ctl")
    client.call("shian.trace.v1.ColdChainService/RefuseHandOver", {
        "place": populated.PLACE[0], "epcs": [populated.LOT], "remark": WORD,
        "ground": "REFUSAL_GROUND_PACKAGING"})
    client.call(f"{populated.CONDUCT}/ReportDisposal", {
        "parent": made.names["recalls"], "measure": "RECALL_DISPOSAL_MEASURE_DESTRUCTION",
        "quantity": "1", "uom": "KGM", "place": WORD, "supervisor": WORD,
        "dispose_time": DECIDED, "announce_time": ALERTED}, suite.officer("ZF0006"))


def settle_alert(suite, made):
    """One more alert, found to be so: sanction has to decide whether it files a case."""
    making, packing = making_and_packing()
    for event in (making, packing):
        populated.capture_document(suite, json.dumps(event).encode())
    suite.advance(ALERTED)
    suite.wait_feeds()
    client = suite.client("ctl")
    alerts = client.call(f"{ALERTS}/ListTraceAlerts", {"region": harness.REGION})["alerts"]
    other = next(alert["name"] for alert in alerts if alert["name"] != made.names["alerts"])
    client.call(f"{ALERTS}/SettleTraceAlert", {
        "name": other, "finding": "TRACE_ALERT_FINDING_FOUNDED", "reason": WORD},
        suite.officer("ZF0003"))
    suite.wait_feeds()
    made.names["leads"] = client.call(f"{LEADS}/ListLeads",
                                      {"operator": made.names["operators"]})["leads"][0]["name"]


def decide_match(suite, made):
    """Somebody of the listed operator's name who is somebody else."""
    client, operator = suite.client("ctl"), made.names["operators"]
    title = client.call("shian.registry.v1.OperatorService/GetOperator",
                        {"name": operator})["operator"]["title"]
    made.names["decisions"] = client.call(f"{MATCHES}/DecideMatch", {
        "operator": operator, "subject": {"name": title}, "verdict": "MATCH_VERDICT_NOT_SAME",
        "reason": WORD}, suite.officer("ZF0003"))["decision"]["name"]


def rate(suite, made):
    """The grade that the check gives, one year later; the run of populated.py had no check to go by."""
    client, run = suite.client("ctl"), None
    while run is None or run["state"] != "RATING_RUN_STATE_PROPOSED":
        run = client.call(f"{RATINGS}/RateOperators", {
            "region": harness.REGION, "year": YEAR, "page_size": 500},
            suite.officer("ZF0001"))["run"]
    while run["state"] != "RATING_RUN_STATE_DONE":
        run = client.call(f"{RATINGS}/ApproveRatings", {"name": run["name"], "page_size": 500},
                          suite.officer("ZF0002"))["run"]
    made.names["determinations"] = client.call(
        f"{RATINGS}/ListDeterminations",
        {"parent": made.names["operators"]})["determinations"][0]["name"]


def secret_of(department):
    return hashlib.sha256(department.encode()).digest()


def draw(suite, made):
    """A draw that was executed, so that its proof can be asked for."""
    client, officer = suite.client("ctl"), suite.officer("ZF0001")
    name = client.call(f"{DRAWS}/CreateDraw", {
        "title": WORD, "region": harness.REGION, "inspectors_per_operator": 2,
        "inspector_capacity": 4, "strata": [{"key": "food", "region": harness.REGION, "take": 2}]},
        officer)["draw"]["name"]
    for department in DEPARTMENTS:
        commitment = hashlib.sha256(secret_of(department)).digest()
        suite.client(department).call(f"{DRAWS}/CommitShare", {
            "name": name, "commitment": base64.b64encode(commitment).decode()})
    client.call(f"{DRAWS}/LockDraw", {
        "name": name, "public_source": "福彩3D", "public_time": "2025-03-04T21:15:00+08:00",
        "reveal_due_time": "2025-03-04T18:00:00+08:00"}, suite.officer("ZF0002"))
    suite.advance(REVEALED)
    for department in DEPARTMENTS:
        suite.client(department).call(f"{DRAWS}/RevealShare", {
            "name": name, "secret": base64.b64encode(secret_of(department)).decode()})
    suite.advance(DRAWN)
    client.call(f"{DRAWS}/ExecuteDraw", {"name": name, "public_value": "3 8 6"},
                suite.officer("ZF0003"))
    made.names["executed draws"] = name


def act(suite, method, case, person, **fields):
    return suite.client("ctl").call(f"{CASES}/{method}", {"name": case, **fields},
                                    suite.officer(person))["case"]


def serve_notice(suite, made, number):
    """A case of its own, up to the notice; gives its name."""
    case = suite.client("ctl").call(f"{CASES}/FileCase", {
        "operator": made.names["operators"], "region": harness.REGION, "number": WORD + number,
        "cause": WORD, "party": {"operator": made.names["operators"], "name": WORD}},
        suite.officer("ZF0003"))["case"]["name"]
    act(suite, "RecordLegalReview", case, "ZF0004", text=WORD)
    act(suite, "ServeNotice", case, "ZF0003", notice={
        "facts": WORD, "grounds": "食品安全法", "rights": "有权陈述、申辩，要求举行听证",
        "proposed_kinds": PENALTY["kinds"], "proposed_fine_fen": PENALTY["fine_fen"],
        "proposed_aggravated": True, "listing_announced": True, "hearing_offered": True,
        "service_method": "直接送达"})
    return case


def decide(suite, made, case):
    act(suite, "RecordCollectiveDiscussion", case, "ZF0005", text=WORD)
    act(suite, "DecidePenalty", case, "ZF0006", penalty=PENALTY)
    made.names["listings"] = suite.client("ctl").call(f"{LISTINGS}/DecideListing", {
        "case": case, "list": "SAMR_SERIOUS", "ground": "food.over_limit", "reasons": WORD},
        suite.officer("ZF0006"))["entry"]["name"]
    city = {"org": "410900", "region": "410900"}
    suite.client("ctl").call(f"{CASES}/GiveConsent", {"name": case, "text": WORD},
                             suite.officer("ZF0007", **city))
    act(suite, "ServeDecision", case, "ZF0003", service_method="直接送达")


def nominate(suite, made, method, person, **fields):
    return suite.client("ctl").call(f"{populated.NOMINATIONS}/{method}", {
        "name": made.names["nominations"], **fields}, suite.officer(person))["nomination"]


def propose(suite, made):
    """For another list, whose nominations are reviewed."""
    made.names["nominations"] = suite.client("ctl").call(
        f"{populated.NOMINATIONS}/ProposeNomination", {
            "operator": made.names["operators"], "region": harness.REGION, "list": "EXPOSURE",
            "ground": "penalty", "text": WORD}, suite.officer("ZF0003"))["nomination"]["name"]


def publish(suite, made, case):
    act(suite, "PublishPenalty", case, "ZF0008")
    made.names["publicities"] = case.replace("/cases/", "/publicities/")
    entry = suite.client("ctl").call(f"{LISTINGS}/PublishListing", {
        "name": made.names["listings"]}, suite.officer("ZF0008"))
    made.names["measures"] = entry["measures"][0]
