#!/usr/bin/python3
"""What outlives a crash, and what is bound to what: the clock, page tokens, etags, revisions."""
import shutil
import uuid

import county
import harness

OPERATORS = "shian.registry.v1.OperatorService"
DRAWS = "shian.inspection.v1.DrawService"
CLOCK = "shian.common.v1.ClockService"
LATER = "2025-04-01T01:00:00Z"
ROWS = 120
PAGE = 25
ERASURE = {"document_number": "濮龙市监〔2025〕1号", "authority": county.AUTHORITY,
           "document_sha256": "0" * 64, "order_date": {"year": 2025, "month": 3, "day": 3},
           "legal_basis": {"statute": "个人信息保护法", "article": "第四十七条"}}


def check_clock(suite, checks):
    client = suite.client("ctl")
    for service in suite.ports:
        client.call(f"{CLOCK}/AdvanceTo", {"time": LATER}, service=service)
    suite.crash(*suite.ports)
    for service in suite.ports:
        clock = client.call(f"{CLOCK}/GetClock", service=service)
        checks.equal(clock, {"time": LATER, "simulated": True}, f"{service}'s clock after a crash")
        checks.refused("CLOCK_NOT_MONOTONE", client.call, f"{CLOCK}/AdvanceTo",
                       {"time": "2025-03-31T00:00:00Z"}, service=service)
        client.call(f"{CLOCK}/AdvanceTo", {"time": LATER}, service=service)


def listing(suite, **changes):
    request = {"region": county.REGION, "page_size": PAGE, **changes}
    return suite.client("ctl").call(f"{OPERATORS}/ListOperators", request)


def names_of(pages):
    return [operator["name"] for page in pages for operator in page.get("operators", [])]


def check_pages(suite, checks):
    first = listing(suite)
    token = first["next_page_token"]
    for name, changes in [("another region", {"region": "410900"}),
                          ("another kind", {"kind": "OPERATOR_KIND_CATERER"}),
                          ("another status", {"status": "OPERATOR_STATUS_RESTING"})]:
        checks.section(f"a page token with {name}")
        checks.refused("PAGE_TOKEN_INVALID", listing, suite, page_token=token, **changes)
    for bad in (token[:-2], token + "AA", "x", "?" * 40, "A" * 3000, token.swapcase()):
        checks.refused("PAGE_TOKEN_INVALID", listing, suite, page_token=bad)
    frame = {"region": county.REGION, "page_size": PAGE, "page_token": token}
    checks.refused("PAGE_TOKEN_INVALID", suite.client("ctl").call, f"{OPERATORS}/ListFrame", frame)
    for size in (-1, 501):
        checks.refused("FIELD_INVALID", listing, suite, page_size=size)
    check_walk(suite, checks, first)


def check_walk(suite, checks, first):
    """Every operator once and in order, with a crash between two pages and another page size."""
    pages = [first, listing(suite, page_token=first["next_page_token"], page_size=PAGE + 5)]
    suite.crash("registry")
    while pages[-1].get("next_page_token"):
        pages.append(listing(suite, page_token=pages[-1]["next_page_token"]))
    names = names_of(pages)
    checks.equal(len(names), ROWS, "operators on all pages")
    checks.equal(names, sorted(set(names)), "the order of the pages")


def check_page_age(suite, checks):
    """A token is good for 24 hours of the service's clock."""
    token = listing(suite)["next_page_token"]
    client = suite.client("ctl")
    client.call(f"{CLOCK}/AdvanceTo", {"time": "2025-04-02T00:59:00Z"}, service="registry")
    checks.equal(len(names_of([listing(suite, page_token=token)])), PAGE, "a token of one day")
    client.call(f"{CLOCK}/AdvanceTo", {"time": "2025-04-02T01:01:00Z"}, service="registry")
    checks.refused("PAGE_TOKEN_INVALID", listing, suite, page_token=token)


def sole_trader(suite):
    return next(operator for operator in listing(suite, page_size=500)["operators"]
                if operator["form"] == "OPERATOR_FORM_SOLE_TRADER"
                and operator["status"] != "OPERATOR_STATUS_ERASED")


def check_etag(suite, checks):
    """A wrong etag changes nothing; the right one and none do."""
    county.activate_policies(suite, ["registry"])
    client, token = suite.client("ctl"), suite.officer("ZF-a")
    operator = sole_trader(suite)

    def erase(etag):
        return client.call(f"{OPERATORS}/EraseOperator",
                           {"name": operator["name"], "etag": etag, "order": ERASURE}, token)

    for wrong in ("x", operator["etag"] + "0", "'; --"):
        refused = checks.refused("ETAG_MISMATCH", erase, wrong)
        checks.equal(refused and refused.code, "ABORTED", f"the etag {wrong!r}")
    again = client.call(f"{OPERATORS}/GetOperator", {"name": operator["name"]})
    checks.equal(again["operator"], operator, "the operator after wrong etags")
    erased = erase(operator["etag"])["operator"]
    checks.equal(erased["status"], "OPERATOR_STATUS_ERASED", "the operator after the right etag")
    checks.refused("OPERATOR_ERASED", erase, "")


def check_revision(suite, checks):
    """A revision that the store has not reached is refused, also after a restore lost it."""
    client, rows = suite.client("ctl"), county.operator_rows(harness.seeded_random(), 3)
    suite.stop("registry")
    kept = suite.state / "kept"
    shutil.copytree(suite.state / "registry", kept)
    suite.start("registry")
    suite.reconnect()
    before = listing(suite)["revision"]
    stream = county.ImportStream(client, county.IMPORT_OPERATORS)
    after = stream.send(next(county.chunks(rows, uuid.uuid4())))["revision"]
    stream.end()
    for seen in (before, after):
        checks.expect(listing(suite, at_least_revision=seen)["operators"], "a revision reached")
    for bad in ("x", after + "!", "shian.registry/410902/facts/1/999999999", "\U0001f600", "-1"):
        checks.refused("REVISION_INVALID", listing, suite, at_least_revision=bad)
    suite.kill("registry")
    shutil.rmtree(suite.state / "registry")
    shutil.copytree(kept, suite.state / "registry")
    suite.start("registry")
    suite.reconnect()
    listing(suite, at_least_revision=before)
    refused = checks.refused("REVISION_NOT_REACHED", listing, suite, at_least_revision=after)
    checks.equal(refused and refused.code, "UNAVAILABLE", "a revision that was lost")


def test(suite, checks):
    checks.section("clock")
    check_clock(suite, checks)
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS,
                       county.operator_rows(harness.seeded_random(), ROWS))
    for check in (check_pages, check_page_age, check_etag, check_revision):
        checks.section(check.__name__)
        check(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=7000)
