#!/usr/bin/python3
"""What is due: an alert of trace until somebody looked into it; a case shows up when it is filed, is overdue when the clocks are moved past its end,
climbs each rung once, whatever is killed, stands in `shian todo` beside what other services have, and
is gone when it is decided. A service that does not answer is named, and the rest is shown."""
import csv
import io
import json

import harness
import populated

TODOS = "shian.common.v1.TodoService/ListTodos"
CASES = "shian.sanction.v1.CaseService"
SAMPLING = "shian.inspection.v1.SamplingService"
DECIDE = "sanction.case.decide"
ALERTS = "shian.inspection.v1.TraceAlertService"
VERIFY = "inspection.check.verify_alert"
ESCALATED = "shian.sanction.todo.escalated"
OFFICER = "ZF0003"  # who files the case of populated.py
SOON, LATE, LATER = ("2025-03-10T09:00:00+08:00", "2025-06-04T09:00:00+08:00",
                     "2025-09-01T09:00:00+08:00")


def due(suite, service="sanction", **filters):
    """What a service says is due, over pages of one."""
    found, page = [], ""
    while True:
        answer = suite.client("ctl").call(TODOS, {"page_size": 1, "page_token": page, **filters},
                                          service=service)
        found += answer.get("todos", [])
        page = answer.get("next_page_token", "")
        if not page:
            return found


def decision(suite, name):
    """The case's decision as something due, or nothing."""
    return next((one for one in due(suite, kind=DECIDE) if one["matter"] == name), None)


def escalations(suite, name):
    """The rungs that sanction's facts tell of, in their order."""
    done = suite.shian("--output", "json", "watch", "sanction", "--type", ESCALATED, "--once")
    message = harness.wire.PROTOS.message("shian.common.v1.TodoEscalated")
    told = []
    for line in done.stdout.splitlines():
        fact = harness.wire.PROTOS.message("shian.ledger.v1.Fact")()
        harness.wire.json_format.Parse(line, fact)
        payload = message.FromString(fact.entry.payload)
        if payload.matter == name:
            told.append((payload.rung, payload.post))
    return told


def check_filed(suite, checks, name):
    suite.advance(SOON)
    todo = decision(suite, name)
    if not checks.expect(todo, "a case that was filed is not due"):
        return
    checks.equal(todo.get("overdue", False), False, "overdue within its period")
    checks.equal(todo["officer"], OFFICER, "the officer in charge")
    checks.expect(todo["deadline"]["explanation"] and todo["deadline"]["legal_basis"]["article"],
                  "no explanation or no article")
    checks.equal([act["method"] for act in todo["next_acts"]], [f"{CASES}/RecordLegalReview", f"{CASES}/ExtendPeriod"],
                 "what may follow the filing")
    checks.equal(escalations(suite, name), [], "rungs before the end")


def alert_evidence(suite, operator):
    return suite.client("ctl").call("shian.credit.v1.ArchiveService/ListEvidence", {
        "parent": operator, "kind": "EVIDENCE_KIND_TRACE_ALERT"}).get("evidence", [])


def check_alert(suite, checks, operator):
    """Trace found a making out of balance; inspection has it due until it is settled, credit shows both."""
    found = due(suite, "inspection", kind=VERIFY)
    checks.equal([todo["operator"] for todo in found], [operator], "who is to be looked into")
    checks.equal([one["state"] for one in alert_evidence(suite, operator)],
                 ["EVIDENCE_STATE_IN_FORCE"], "the alert as credit shows it")
    if not found:
        return
    suite.client("ctl").call(f"{ALERTS}/SettleTraceAlert", {
        "name": found[0]["matter"], "finding": "TRACE_ALERT_FINDING_EXPLAINED",
        "reason": "投料记录漏记，已补录"}, suite.officer(OFFICER))
    suite.wait_feeds()
    checks.equal(due(suite, "inspection", kind=VERIFY), [], "an alert that was looked into")
    checks.equal([one["state"] for one in alert_evidence(suite, operator)],
                 ["EVIDENCE_STATE_ENDED"], "the alert in credit after it was settled")


def check_climbing(suite, checks, name):
    suite.advance(LATE)
    checks.equal(decision(suite, name).get("overdue"), True, "overdue after its end")
    checks.equal(escalations(suite, name), [(1, "handler")], "the first rung")
    suite.crash("sanction")
    suite.advance(LATE)
    checks.equal(escalations(suite, name), [(1, "handler")], "the first rung after a crash")
    suite.advance(LATER)
    suite.crash("sanction")
    suite.advance(LATER)
    checks.equal(escalations(suite, name),
                 [(1, "handler"), (2, "section-chief"), (3, "deputy-head")], "all rungs, once each")
    checks.equal(decision(suite, name).get("rung"), 3, "the rung shown")


def todo_tool(suite, *arguments, person=OFFICER, check=True):
    return suite.shian("--token", suite.officer(person), "todo", *arguments, check=check)


def check_tool(suite, checks, name, sample):
    """All services in one list by due time, as JSON and as a spreadsheet's file."""
    found = json.loads(todo_tool(suite, "--office", harness.REGION, "--format", "json").stdout)
    matters = [todo["matter"] for todo in found["todos"]]
    checks.expect({name, sample} <= set(matters), f"the list of the office: {matters}")
    times = [todo["deadline"]["due_time"] for todo in found["todos"]
             if "due_time" in todo["deadline"]]
    checks.equal(times, sorted(times), "the order of the list")
    checks.equal(found["unanswered"], [], "services that did not answer")
    mine = json.loads(todo_tool(suite, "--me", "--format", "json").stdout)["todos"]
    checks.equal({todo["matter"] for todo in mine}, {name}, "what the officer is in charge of")
    text = todo_tool(suite, "--office", harness.REGION, "--kind", "sanction.case", "--overdue",
                     "--format", "csv").stdout
    checks.expect(text.startswith("\ufeff"), "no byte order mark")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    checks.equal([row["类别"] for row in rows], [DECIDE], "the rows of the spreadsheet")
    checks.expect(name in todo_tool(suite, "--me").stdout, "the table does not name the case")
    checks.equal(todo_tool(suite, check=False).returncode, 2, "neither office nor officer")


def check_absent(suite, checks, name):
    suite.kill("trace")
    done = todo_tool(suite, "--office", harness.REGION, "--format", "json", check=False)
    checks.expect(done.returncode != 0, "exit code 0 without an answer of trace")
    checks.expect("trace" in done.stderr, f"trace is not named: {done.stderr}")
    found = json.loads(done.stdout)
    checks.equal(found["unanswered"], ["trace"], "who did not answer")
    checks.expect(any(todo["matter"] == name for todo in found["todos"]), "the rest is not shown")
    suite.start("trace")
    suite.reconnect()


def take_sample(suite, sample):
    """Its clock starts with the taking; both acts by inspectors of the county."""
    inspectors = suite.client("ctl").call("shian.registry.v1.PeopleService/ListInspectors",
                                          {"region": harness.REGION})["inspectors"]
    suite.client("ctl").call(f"{SAMPLING}/RecordTaking", {
        "name": sample, "product": {"product_name": "大米"},
        "taking": {"samplers": [one["name"] for one in inspectors[:2]], "notice_shown": True,
                   "price_fen": 100, "test_seal": "T", "backup_seal": "B"}},
        suite.officer("ZF0009"))


def check_done(suite, checks, name):
    """The acts of the case up to its decision, each by another officer."""
    client = suite.client("ctl")
    client.call(f"{CASES}/RecordLegalReview", {"name": name, "text": "同意"}, suite.officer("ZF0004"))
    client.call(f"{CASES}/ServeNotice", {"name": name, "notice": {
        "facts": "标签不合规定", "grounds": "食品安全法", "rights": "有权陈述、申辩",
        "proposed_kinds": ["PENALTY_KIND_WARNING"], "service_method": "直接送达"}},
        suite.officer(OFFICER))
    checks.expect(any(todo["kind"] == "sanction.case.statement" and todo["right"]
                      for todo in due(suite)), "the party's window is not shown")
    suite.advance("2025-10-20T09:00:00+08:00")
    client.call(f"{CASES}/RecordCollectiveDiscussion", {"name": name, "text": "一致同意"},
                suite.officer("ZF0005"))
    checks.equal(decision(suite, name)["document"], "penalty-decision", "the document to draft")
    client.call(f"{CASES}/DecidePenalty", {"name": name, "penalty": {
        "decision_number": "处罚1号", "kinds": ["PENALTY_KIND_WARNING"], "reasons": "初次违法",
        "legal_bases": [{"statute": "食品安全法", "article": "第一百二十五条"}]}},
        suite.officer("ZF0006"))
    checks.equal(decision(suite, name), None, "still due when it is decided")
    checks.equal([todo["kind"] for todo in due(suite) if todo["matter"] == name],
                 ["sanction.case.serve"], "what is due of a warning that was decided")
    checks.equal(len(escalations(suite, name)), 3, "rungs after the decision")


def test(suite, checks):
    made = populated.populate(suite)
    name, sample = made.names["cases"], made.names["samples"]
    checks.section("filed")
    check_filed(suite, checks, name)
    take_sample(suite, sample)
    checks.section("alert of trace")
    check_alert(suite, checks, made.names["operators"])
    checks.section("overdue")
    check_climbing(suite, checks, name)
    checks.section("shian todo")
    check_tool(suite, checks, name, sample)
    check_absent(suite, checks, name)
    checks.section("decided")
    check_done(suite, checks, name)


if __name__ == "__main__":
    harness.run(test, port_shift=21000)
