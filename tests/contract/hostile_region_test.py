#!/usr/bin/python3
"""No row of one region reaches a system of another.

A county's operators, people, draw, sample, checks and events are put in by its own tool. Then a
system of another region, which may call every service, and an officer of that region, ask every
unary method for them: by their names, by their region, by the regions round it, by none. No answer
may hold a word that stands only in the county's rows.
"""
import hashlib
import json
import shutil
import time

import county
import harness
import hostile
from google.protobuf import text_format
from harness import bearer, wire

SYSTEM, ELSEWHERE = "elsewhere", "320102"
REGIONS = (harness.REGION, "410900", "410000", "000000", "", ELSEWHERE)
# What the law publishes for anyone, and what is of the process and not of a region.
OPEN_SERVICES = {"shian.ledger.v1.LedgerService", "shian.policy.v1.PolicyService",
                 "shian.common.v1.ClockService"}
DRAWS, SAMPLING = "shian.inspection.v1.DrawService", "shian.inspection.v1.SamplingService"
ROWS = 40
WAIT_SECONDS = 20


def prepare(suite):
    """A policy folder of the test's own, where the other region's system stands too."""
    tree = suite.state / "tree"
    shutil.copytree(harness.SOURCE / "deploy" / "policies", tree / "deploy" / "policies")
    file = tree / "deploy" / "policies" / "systems" / "development.txtpb"
    table = text_format.Parse(file.read_text(), wire.PROTOS.message("shian.policy.v1.SystemTable")())
    table.organisations.add(id=ELSEWHERE, title_zh="玄武区市场监督管理局", region=ELSEWHERE,
                            level="REGION_LEVEL_COUNTY", valid_from="2018-03-01")
    entry = table.systems.add()
    entry.CopyFrom(next(one for one in table.systems if one.id == "ctl"))
    entry.id, entry.organisation, entry.region = SYSTEM, ELSEWHERE, ELSEWHERE
    del entry.feeds[:], entry.audit_regions[:]
    file.write_text(text_format.MessageToString(table, as_utf8=True))
    harness.make_pki(suite.pki, SYSTEM)
    suite.source = tree
    suite.start()


def eventually(function, *arguments):
    """A feed needs a moment: tries until the call is answered."""
    for _ in range(WAIT_SECONDS * 10):
        try:
            return function(*arguments)
        except wire.Refused as refused:
            last = refused
            time.sleep(0.1)
    raise last


def document():
    """One event of a lot, whose words stand nowhere else."""
    return json.dumps({
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
        "eventTime": "2025-03-03T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056789.CHENGYUAN7",
                          "quantity": 5, "uom": "KGM"}],
        "bizLocation": {"id": "urn:epc:id:sgln:6901234.05678.0"}}).encode()


def populate(suite, checks):
    """Gives (names of what is there, words that only those rows have)."""
    client, officer = suite.client("ctl"), suite.officer("ZF0001")
    county.activate_policies(suite)
    rows = county.operator_rows(harness.random.Random(7), ROWS)
    verdicts = county.import_rows(client, county.IMPORT_OPERATORS, rows)
    county.import_rows(client, county.IMPORT_INSPECTORS, county.inspector_rows(10))
    suite.wait_feeds()
    names = [verdict["name"] for verdict in verdicts]
    draw = client.call(f"{DRAWS}/CreateDraw", {
        "title": "澄沅县内部抽查计划", "region": harness.REGION, "inspectors_per_operator": 2,
        "inspector_capacity": 4, "strata": [{"key": "food", "region": harness.REGION, "take": 2}]},
        officer)["draw"]["name"]
    names += [draw, *plan_sample(suite, checks, names[0]), *capture(client, document())]
    words = {row["title"] for row in rows} | {row["code"] for row in rows}
    words |= {row["address"] for row in rows} | {f"C{n:06d}" for n in range(1, ROWS + 1)}
    words |= {"澄沅县内部抽查计划", "澄沅县内部抽检计划", "CHENGYUAN7", "ZF0003"} | set(names)
    return names, {word for word in words if word}


def plan_sample(suite, checks, operator):
    """A planned sample; laboratories are of no region, so any stands for all."""
    client = suite.client("ctl")
    stream = county.ImportStream(client, "shian.registry.v1.LaboratoryService/ImportLaboratories")
    answer = stream.send({"request_id": str(county.uuid.uuid4()), "origin": county.ORIGIN,
                          "authority": county.AUTHORITY, "region": harness.REGION,
                          "rows": [{"line": 2, "source_id": "L1", "region": harness.REGION,
                                    "title": "甲食品检验所", "system": "laboratory-a",
                                    "code": county.uscc(9000, "1"), "accreditation": "160020000001",
                                    "valid_from": "2024-01-01", "valid_to": "2029-12-31",
                                    "scopes": "33"}]})
    stream.end()
    laboratory = answer["verdicts"][0].get("name")
    if not checks.expect(laboratory, f"no laboratory: {answer}"):
        return []
    sample = eventually(client.call, f"{SAMPLING}/PlanSample", {
        "operator": operator, "kind": "SAMPLE_KIND_SUPERVISION", "laboratory": laboratory,
        "authority_level": "REGION_LEVEL_COUNTY", "food_category": "33",
        "plan": "澄沅县内部抽检计划"}, suite.officer("ZF0002"))
    return [sample["sample"]["name"]]


def capture(client, body):
    message = wire.PROTOS.message("shian.trace.v1.CaptureDocumentRequest")()
    answer = client.call("shian.trace.v1.CaptureService/CaptureDocument", {
        "document": county.json_format.MessageToDict(type(message)(document=body))["document"],
        "provenance": {"origin": "ctl", "authority": county.AUTHORITY, "attested": True}})
    return [verdict["row"]["name"] for verdict in answer["verdicts"] if "name" in verdict["row"]]


def requests(method, names):
    """Every read that the method's fields allow, at these names and regions."""
    message_class = wire.PROTOS.message(method.request)
    fields = message_class.DESCRIPTOR.fields_by_name
    kinds = [f for f in ("name", "names", "parent", "operator", "thing", "sample", "draw", "epc")
             if f in fields and fields[f].type == fields[f].TYPE_STRING]
    for region in REGIONS if "region" in fields else (None,):
        for name in (*names, "") if kinds else ("",):
            message = message_class()
            if region is not None:
                message.region = region
            for kind in kinds:
                if fields[kind].label == fields[kind].LABEL_REPEATED:
                    getattr(message, kind)[:] = [name]
                else:
                    setattr(message, kind, name)
            yield message
            yield hostile.Filler(None, False, True).fill(message) if "request_id" in fields else message


def ask(method, channel, message, metadata):
    """The answer's bytes; those of a refusal are its details."""
    if "request_id" in message.DESCRIPTOR.fields_by_name and not message.request_id:
        message.request_id = str(county.uuid.uuid4())
    try:
        return method.call(channel, body=message.SerializeToString(), metadata=metadata)
    except wire.grpc.RpcError as error:
        trailing = b"".join(value for _, value in error.trailing_metadata() or ()
                            if isinstance(value, bytes))
        return trailing + (error.details() or "").encode()


def leaked(answer, words, message):
    """Words of the county in the answer that were not in the question."""
    asked = message.SerializeToString()
    return sorted(word for word in words
                  if word.encode() in answer and word.encode() not in asked)


def check_silence(suite, checks, process, names, words):
    """Every method asked from elsewhere; gives how many answers were looked at."""
    token = suite.issuer.token("ZF-elsewhere", org=ELSEWHERE, region=ELSEWHERE)
    channel, asked = suite.client(SYSTEM).channel(process), 0
    for method in harness.methods_of(suite.build, process):
        if not method.unary or method.service in OPEN_SERVICES:
            continue
        for message in requests(method, names):
            answer = ask(method, channel, message, bearer(token))
            asked += 1
            found = leaked(answer, words, message)
            checks.expect(not found, f"{method.path}: {found[:5]} for {str(message)[:200]!r}")
    return asked


def check_own(suite, checks, names, words):
    """The same search finds the words when the county itself asks: it can find something."""
    for process in ("registry", "inspection", "trace"):
        channel, found = suite.client("ctl").channel(process), set()
        for method in harness.methods_of(suite.build, process):
            if method.unary and method.path.split("/")[1].startswith(("Get", "List")):
                for message in requests(method, names):
                    answer = ask(method, channel, message, bearer(suite.officer("ZF0001")))
                    found |= set(leaked(answer, words, message))
        checks.expect(found, f"the county itself finds nothing of its own in {process}")


def test(suite, checks):
    prepare(suite)
    names, words = populate(suite, checks)
    asked_for = names[:1] + names[ROWS:]
    checks.section(f"{len(names)} resources, {len(words)} words")
    check_own(suite, checks, asked_for, words)
    for process in suite.ports:
        asked = check_silence(suite, checks, process, asked_for, words)
        checks.section(f"{process}: {asked} questions from elsewhere")


if __name__ == "__main__":
    harness.run(test, port_shift=4000, start=False)
