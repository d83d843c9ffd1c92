"""A suite in which every service has rows of its own, so that a name that is asked for is the name
of something."""
import hashlib
import json
import time

import county
import harness
from harness import wire

DRAWS, SAMPLING = "shian.inspection.v1.DrawService", "shian.inspection.v1.SamplingService"
RATINGS, CASES = "shian.credit.v1.RatingService", "shian.sanction.v1.CaseService"
DOCUMENTS = "shian.sanction.v1.DocumentService"
BANS, POSTS = "shian.sanction.v1.BanService", "shian.registry.v1.PostService"
NOMINATIONS = "shian.sanction.v1.NominationService"
RECALLS, CONDUCT = "shian.trace.v1.RecallService", "shian.trace.v1.RecallConductService"
ROWS = 40
INSPECTORS = 10
WAIT_SECONDS = 20
LOT = "urn:epc:class:lgtin:6901234.056789.CHENGYUAN7"
PLACE = "urn:epc:id:sgln:6901234.05678.0", "6901234056785"  # as events and registers name it
LOOKED_AT = "2025-03-03T09:01:00+08:00"  # what was captured by then
EVIDENCE = "澄沅县内部卷宗".encode() * 1000


class Populated:
    """Names of what is there, and words that stand nowhere but in those rows."""

    def __init__(self):
        self.names = {}  # by collection: "operators", "draws", …
        self.words = {"澄沅县内部抽查计划", "澄沅县内部抽检计划", "澄沅县内部立案", "CHENGYUAN7",
                      "澄沅县内部约谈", "澄沅县内部责任认定", "澄沅县内部拟列入",
                      "澄沅县内部卷宗", f"I{2:04d}"}


def eventually(function, *arguments):
    """A feed needs a moment: tries until the call is answered."""
    for _ in range(WAIT_SECONDS * 10):
        try:
            return function(*arguments)
        except wire.Refused as refused:
            last = refused
            time.sleep(0.1)
    raise last


def populate(suite):
    """The whole of it, for the county of harness.REGION."""
    made = Populated()
    county.activate_policies(suite)
    import_registers(suite, made)
    suite.wait_feeds()
    draw_and_sample(suite, made)
    rate(suite, made)
    file_case(suite, made)
    issue_document(suite, made)
    bar(suite, made)
    nominate(suite, made)
    capture(suite, made)
    recall(suite, made)
    issue_code(suite, made)
    alert(suite, made)
    made.names["blobs"] = [upload(suite, service) for service in suite.ports][0]
    suite.wait_feeds()
    made.words |= set(made.names.values())
    return made


def import_registers(suite, made):
    client = suite.client("ctl")
    rows = county.operator_rows(harness.random.Random(7), ROWS)
    # A firm: what is of a person is shown to few.
    firm = next(row for row in rows if row["form"] == "企业" and row["status"] == "存续")
    firm["gln"] = PLACE[1]
    verdicts = county.import_rows(client, county.IMPORT_OPERATORS, rows)
    made.names["operators"] = verdicts[rows.index(firm)]["name"]
    for row, verdict in zip(rows, verdicts):
        made.words |= {row["title"], row["code"], row["address"], row["source_id"], verdict["name"]}
    people = county.import_rows(client, county.IMPORT_INSPECTORS, county.inspector_rows(INSPECTORS))
    made.names["inspectors"] = people[2]["name"]
    stream = county.ImportStream(client, "shian.registry.v1.LaboratoryService/ImportLaboratories")
    answer = stream.send({"request_id": str(county.uuid.uuid4()), "origin": county.ORIGIN,
                          "authority": county.AUTHORITY, "region": harness.REGION,
                          "rows": [{"line": 2, "source_id": "L1", "region": harness.REGION,
                                    "title": "甲食品检验所", "system": "laboratory-a",
                                    "code": county.uscc(9000, "1"), "accreditation": "160020000001",
                                    "valid_from": "2024-01-01", "valid_to": "2029-12-31",
                                    "scopes": "33"}]})
    stream.end()
    made.laboratory = answer["verdicts"][0]["name"]  # of no region, so its name is no secret


def draw_and_sample(suite, made):
    client, officer = suite.client("ctl"), suite.officer("ZF0001")
    draw = eventually(client.call, f"{DRAWS}/CreateDraw", {
        "title": "澄沅县内部抽查计划", "region": harness.REGION, "inspectors_per_operator": 2,
        "inspector_capacity": 4, "strata": [{"key": "food", "region": harness.REGION, "take": 2}]},
        officer)
    made.names["draws"] = draw["draw"]["name"]
    sample = eventually(client.call, f"{SAMPLING}/PlanSample", {
        "operator": made.names["operators"], "kind": "SAMPLE_KIND_SUPERVISION",
        "laboratory": made.laboratory, "authority_level": "REGION_LEVEL_COUNTY",
        "food_category": "33", "plan": "澄沅县内部抽检计划"}, suite.officer("ZF0002"))
    made.names["samples"] = sample["sample"]["name"]


def rate(suite, made):
    """The grades of a year, proposed by one officer and approved by another."""
    client = suite.client("ctl")
    request = {"region": harness.REGION, "year": 2025, "page_size": 500}
    steps = (("RateOperators", request, "ZF0001", "RATING_RUN_STATE_PROPOSED"),
             ("ApproveRatings", None, "ZF0002", "RATING_RUN_STATE_DONE"))
    run = None
    for method, body, person, last in steps:
        body = body or {"name": run["name"], "page_size": 500}
        while run is None or run["state"] != last:
            run = client.call(f"{RATINGS}/{method}", body, suite.officer(person))["run"]
    made.names["runs"] = run["name"]
    made.names["ratings"] = f"{made.names['operators']}/rating"
    made.names["archives"] = f"{made.names['operators']}/archive"


def file_case(suite, made):
    case = eventually(suite.client("ctl").call, f"{CASES}/FileCase", {
        "operator": made.names["operators"], "region": harness.REGION, "number": "澄沅县内部立案",
        "text": "拟立案", "cause": "经营标签不合规定的食品",
        "party": {"operator": made.names["operators"], "name": "澄沅县内部立案"}},
        suite.officer("ZF0003"))
    made.names["cases"] = case["case"]["name"]


def issue_document(suite, made):
    fields = {"person": "负责人", "reasons": "澄沅县内部约谈", "date": "2025-06-03", "time": "上午9时",
              "place": "本机关"}
    issued = suite.client("ctl").call(f"{DOCUMENTS}/IssueDocument", {
        "matter": made.names["cases"], "kind": "talk-notice",
        "fields": [{"key": key, "value": value} for key, value in fields.items()]},
        suite.officer("ZF0003"))["document"]
    made.names["documents"] = issued["name"]
    made.words.add(issued["number"])


def bar(suite, made):
    """Somebody barred by a judgment, and somebody else in a post."""
    client = suite.client("ctl")
    number = county.identity_number(harness.random.Random(11))
    judgment = upload(suite, "sanction")
    proposed = client.call(f"{BANS}/ProposeBan", {
        "operator": made.names["operators"], "region": harness.REGION, "ground": "judgment",
        "judgment": {"number": "（2024）豫0902刑初12号", "court": "澄沅县人民法院",
                     "effective_date": {"year": 2024, "month": 12, "day": 2}},
        "role": "BAN_ROLE_RESPONSIBLE", "person_name": "欧阳某", "text": "澄沅县内部责任认定",
        "person": {"identity_number": number}, "documents": [{"sha256": judgment}]},
        suite.officer("ZF0003"))["ban"]
    client.call(f"{BANS}/ImposeBan", {"name": proposed["name"]}, suite.officer("ZF0004"))
    made.names["bans"] = proposed["name"]
    made.barred = number
    post = eventually(client.call, f"{POSTS}/RegisterPost", {
        "operator": made.names["operators"], "kind": "POST_KIND_SAFETY_OFFICER", "person_name": "王某",
        "identity_number": county.identity_number(harness.random.Random(12))},
        suite.officer("ZF0003"))
    made.names["posts"] = post["post"]["name"]


def nominate(suite, made):
    nomination = eventually(suite.client("ctl").call, f"{NOMINATIONS}/ProposeNomination", {
        "operator": made.names["operators"], "region": harness.REGION, "list": "RED",
        "ground": "award", "text": "澄沅县内部拟列入"}, suite.officer("ZF0003"))
    made.names["nominations"] = nomination["nomination"]["name"]


def document():
    """One event of a lot, whose words stand nowhere else."""
    return json.dumps({
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
        "eventTime": "2025-03-03T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": LOT, "quantity": 5, "uom": "KGM"}],
        "bizLocation": {"id": PLACE[0]}}).encode()


def unbalanced_document():
    """More comes out of a making there than went in."""
    lot = "urn:epc:class:lgtin:6901234.056789."
    return json.dumps({
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "TransformationEvent", "bizStep": "commissioning",
        "eventTime": "2025-03-03T08:40:00+08:00", "eventTimeZoneOffset": "+08:00",
        "inputQuantityList": [{"epcClass": lot + "RAW", "quantity": 1, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": lot + "MADE", "quantity": 5, "uom": "KGM"}],
        "readPoint": {"id": PLACE[0]}}).encode()


def capture(suite, made):
    made.names["events"] = capture_document(suite, document())
    made.names["lots"] = LOT


def capture_document(suite, text):
    """Gives the event's name."""
    message = wire.PROTOS.message("shian.trace.v1.CaptureDocumentRequest")()
    answer = suite.client("ctl").call("shian.trace.v1.CaptureService/CaptureDocument", {
        "document": county.json_format.MessageToDict(
            type(message)(document=text))["document"],
        "provenance": {"origin": "ctl", "authority": county.AUTHORITY, "attested": True}})
    return answer["verdicts"][0]["row"]["name"]


def alert(suite, made):
    """Trace finds the making out of balance, behind the captures, and inspection has to look into it."""
    capture_document(suite, unbalanced_document())
    suite.advance(LOOKED_AT)
    suite.wait_feeds()
    alerts = suite.client("ctl").call("shian.inspection.v1.TraceAlertService/ListTraceAlerts",
                                      {"region": harness.REGION})["alerts"]
    made.names["alerts"] = alerts[0]["name"]


def issue_code(suite, made):
    answer = suite.client("ctl").call("shian.trace.v1.CodeService/IssueCode", {
        "operator": made.names["operators"], "identifier": LOT})
    made.names["codes"] = answer["code"]["name"]


def fail_sample(suite, made):
    """A sample of the lot that failed and whose result was served; gives its name."""
    client = suite.client("ctl")
    name = client.call(f"{SAMPLING}/PlanSample", {
        "operator": made.names["operators"], "kind": "SAMPLE_KIND_SUPERVISION",
        "laboratory": made.laboratory, "authority_level": "REGION_LEVEL_COUNTY",
        "food_category": "33", "plan": "澄沅县内部抽检计划"}, suite.officer("ZF0002"))["sample"]["name"]

    def act(method, system="ctl", person="ZF0001", **fields):
        token = suite.officer(person) if system == "ctl" else None
        suite.client(system).call(f"{SAMPLING}/{method}", {"name": name, **fields}, token)

    act("RecordTaking",
        product={"product_name": "猪肉", "specification": "散装", "batch": "CHENGYUAN7", "lot": LOT,
                 "production_date": {"year": 2025, "month": 2, "day": 6},
                 "shelf_life_end": {"year": 2026, "month": 2, "day": 6}, "quantity": "4 kg",
                 "producer": made.names["operators"], "producer_name": "甲厂",
                 "producer_address": "澄沅县"},
        taking={"samplers": [made.names["inspectors"], "inspectors/ZF0001"], "notice_shown": True,
                "price_fen": 100, "test_seal": "A1", "backup_seal": "A2"})
    act("RecordDelivery", carrier="CARRIER_SAMPLER", seal="A1", seal_intact=True)
    act("RecordReception", system="laboratory-a", accepted=True)
    act("RecordReport", system="laboratory-a", report={
        "number": "A1", "passed": False, "conclusion_time": client.call(
            f"{SAMPLING}/GetSample", {"name": name})["sample"]["provenance"]["record_time"],
        "items": [{"item": "恩诺沙星", "value": "312", "limit": "≤100", "unit": "μg/kg",
                   "standard": "GB 31650-2019", "failed": True, "reason": "FAILURE_REASON_VETDRUG"}],
        "document": {"sha256": upload(suite, "inspection")}, "hazard": "HAZARD_LEVEL_GENERAL",
        "laboratory": made.laboratory})
    act("NotifyResult", person="ZF0006", number="A1")
    return name


def recall(suite, made):
    """The recall that the failed sample gives ground for, under way and with a plan."""
    client, officer = suite.client("ctl"), suite.officer("ZF0006")
    sample = fail_sample(suite, made)
    suite.wait_feeds()
    name = client.call(f"{RECALLS}/ListRecalls", {"sample": sample})["recalls"][0]["name"]
    client.call(f"{RECALLS}/FreezeScope", {"name": name}, officer)
    text = "澄沅县内部召回"
    texts = ("contact_name", "contact_details", "sales_region", "reason", "harm", "steps", "notice_text",
             "notice_channels", "duties_of_others", "disposal", "cost_bearing", "expected_effect")
    plan = client.call(f"{CONDUCT}/FilePlan", {"parent": name, "content": {
        **{field: text for field in texts}, "recall_class": "RECALL_CLASS_TWO",
        "products": [{"product": "猪肉", "quantity": "1", "uom": "KGM",
                      "production_dates": [{"year": 2025, "month": 2, "day": 6}]}]}}, officer)["plan"]
    made.names.update(recalls=name, plans=plan["name"], notices=f"{name}/notices/000001")
    made.words.add(text)


def upload(suite, service):
    """The same piece of evidence in every service; gives its hash."""
    request_class, _ = wire.PROTOS.classes("shian.common.v1.BlobService/UploadBlob")
    piece, end = request_class(data=EVIDENCE), request_class()
    end.end.count, end.end.sha256 = len(EVIDENCE), hashlib.sha256(EVIDENCE).digest()
    parts = [county.json_format.MessageToDict(part) for part in (piece, end)]
    answer = suite.client("ctl").send("shian.common.v1.BlobService/UploadBlob", parts,
                                      token=suite.officer("ZF0001"), service=service)
    return answer["sha256"]
