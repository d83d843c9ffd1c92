#!/usr/bin/python3
"""Reads of the past: what was shown then is shown again, save what was erased by lawful order."""
import uuid

import county
import harness

OPERATORS = "shian.registry.v1.OperatorService"
PEOPLE = "shian.registry.v1.PeopleService"
CLOCK = "shian.common.v1.ClockService"
LATER = "2025-04-01T01:00:00Z"
LAST = "2025-05-01T01:00:00Z"
ROWS = 30
ERASURE = {"document_number": "濮龙市监〔2025〕1号", "authority": county.AUTHORITY,
           "document_sha256": "0" * 64, "order_date": {"year": 2025, "month": 3, "day": 3},
           "legal_basis": {"statute": "个人信息保护法", "article": "第四十七条"}}


def operator(suite, name, **past):
    return suite.client("ctl").call(f"{OPERATORS}/GetOperator", {"name": name, **past})["operator"]


def listing(suite, **past):
    """{source id: title} over all pages of seven."""
    titles, page = {}, ""
    while True:
        answer = suite.client("ctl").call(f"{OPERATORS}/ListOperators", {
            "region": county.REGION, "page_size": 7, "page_token": page, **past})
        for one in answer.get("operators", []):
            titles[one["provenance"]["source_id"]] = one.get("title", "")
        page = answer.get("next_page_token", "")
        if not page:
            return titles


def counts(suite, **past):
    answer = suite.client("ctl").call(f"{OPERATORS}/CountOperators",
                                      {"region": county.REGION, **past})
    return {(one["kind"], one["status"]): int(one["count"]) for one in answer.get("counts", [])}


def advance(suite, time):
    suite.client("ctl").call(f"{CLOCK}/AdvanceTo", {"time": time}, service="registry")


def check_changed(suite, checks, names, first, before, after):
    """`names` by source id; every past of `first` has the rows `before`, the present `after`."""
    was = {row["source_id"]: row["title"] for row in before}
    now = {row["source_id"]: row["title"] for row in after}
    for past in ({"as_of": first}, {"known_at": first}, {"as_of": LATER, "known_at": first}):
        for row in before:
            found = operator(suite, names[row["source_id"]], **past)
            checks.equal(found["title"], row["title"], f"the title at {past}")
        checks.equal(listing(suite, **past), was, f"the list at {past}")
    checks.equal(listing(suite, as_of=LATER), now, "the list as of now")
    checks.equal(listing(suite), now, "the present list")


def check_nothing_yet(suite, checks, names):
    """Before the import there was nobody."""
    early = "2025-01-01T00:00:00Z"
    for field in ("as_of", "known_at"):
        checks.refused("NOT_FOUND", operator, suite, next(iter(names.values())), **{field: early})
        checks.equal(listing(suite, **{field: early}), {}, f"the list at an early {field}")
        checks.equal(counts(suite, **{field: early}), {}, f"the counts at an early {field}")


def check_erased(suite, checks, names, row, first):
    county.activate_policies(suite, ["registry"])
    name = names[row["source_id"]]
    counted = counts(suite, as_of=first)
    suite.client("ctl").call(f"{OPERATORS}/EraseOperator", {"name": name, "order": ERASURE},
                             suite.officer("ZF-a"))
    for past in ({}, {"as_of": first}, {"known_at": first}, {"as_of": LATER}, {"as_of": LAST}):
        found = str(operator(suite, name, **past)) + str(listing(suite, **past))
        for field in ("title", "code", "address", "office"):
            checks.expect(row[field] not in found, f"{field} is shown at {past} after its erasure")
    checks.equal(operator(suite, name, as_of=first)["status"], "OPERATOR_STATUS_TRADING",
                 "what the erased one was")
    checks.equal(operator(suite, name)["status"], "OPERATOR_STATUS_ERASED", "what it is")
    checks.equal(counts(suite, as_of=first), counted, "the counts of the past")


def check_inspectors(suite, checks, first):
    def organisation(**past):
        answer = suite.client("ctl").call(f"{PEOPLE}/GetInspector",
                                          {"name": "inspectors/ZF0001", **past})
        return answer["inspector"]["organisation"]

    checks.equal(organisation(as_of=first), county.REGION, "an inspector's former organisation")
    checks.equal(organisation(), "410922", "an inspector's present organisation")


def test(suite, checks):
    suite.start("registry")
    client = suite.client("ctl")
    before = [{**row, "status": "存续", "office": "城关监管所"}
              for row in county.operator_rows(harness.seeded_random(), ROWS)]
    after = [{**row, "title": f"变更{row['title']}"} for row in before]
    verdicts = county.import_rows(client, county.IMPORT_OPERATORS, before)
    county.import_rows(client, county.IMPORT_INSPECTORS, county.inspector_rows(1))
    names = {row["source_id"]: verdict["name"] for row, verdict in zip(before, verdicts)}
    first = operator(suite, verdicts[0]["name"])["provenance"]["record_time"]
    advance(suite, LATER)
    county.import_rows(client, county.IMPORT_OPERATORS, after, uuid.uuid4())
    county.import_rows(client, county.IMPORT_INSPECTORS,
                       [{**row, "organisation": "410922"} for row in county.inspector_rows(1)])
    checks.section("changes")
    check_changed(suite, checks, names, first, before, after)
    check_nothing_yet(suite, checks, names)
    check_inspectors(suite, checks, first)
    checks.section("after a crash and an erasure")
    suite.crash("registry")
    advance(suite, LAST)
    trader = next(row for row in before if row["form"] == "个体工商户")
    check_erased(suite, checks, names, trader, first)


if __name__ == "__main__":
    harness.run(test, port_shift=11000, start=False)
