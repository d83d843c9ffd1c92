#!/usr/bin/python3
"""No name or number of a person, no token and no key reaches a log line or a metric.

Operators are imported, wrong rows too; personal data is put into every text field of every method;
good and bad tokens are used; a sole trader is erased. Then all logs and metrics are searched.
"""
import county
import harness
import hostile
import leaks
from harness import bearer, outcome, wire

ROWS = 300
OPERATORS = "shian.registry.v1.OperatorService"
MARK = "欧阳逖遥410902188001010019"  # stands for a person wherever a caller may put one


def wrong_rows(random):
    """Sole traders' rows, each with one broken rule beside its personal data."""
    rows = [row for row in county.operator_rows(random, 30) if row["form"] == "个体工商户"]
    breaks = [{"kind": "食品运输"}, {"region": "320102"}, {"status": "?"}, {"code": "9" * 18},
              {"principal_identity_number": "410902188002300010"}, {"longitude": "东"},
              {"licence_from": "2025-02-30"}, {"floor_area_m2": "-3"}, {"title": "店" * 101}]
    return [{**row, **broken, "source_id": f"W{number}"}
            for number, (row, broken) in enumerate(zip(rows, breaks))]


def check_verdicts(checks, rows, verdicts):
    """A wrong row is reported with its value masked: the report goes to a screen and a file."""
    for row, verdict in zip(rows, verdicts):
        checks.equal(verdict["outcome"], "ROW_OUTCOME_INVALID", f"row {row['source_id']}")
        shown = str(verdict)
        for field in ("title", "code", "principal", "principal_identity_number", "address"):
            checks.expect(row[field] not in shown,
                          f"row {row['source_id']}: {field} stands unmasked in the verdict")


def use_tokens(suite, methods, process):
    """Good, expired and forged tokens; gives what must not be found."""
    good = suite.officer("ZF-a", name="南宫翊")
    bad = [suite.issuer.token("ZF-b", aud="other"), suite.issuer.unsigned("ZF-c"),
           suite.issuer.token("ZF-d", exp=1, iat=0, nbf=0)]
    channel = suite.client("ctl").channel(process)
    for token in [good, *bad]:
        for method in methods[:10]:
            outcome(method, channel, metadata=bearer(token))
    parts = [part for token in [good, *bad] for part in token.split(".") if len(part) > 40]
    return {good, *bad, *parts, "南宫翊"}


def fill_everywhere(suite, process, methods, token):
    """The mark in every text field of every unary method."""
    channel = suite.client("ctl").channel(process)
    for method in methods:
        if not method.unary:
            continue
        for numbers in (hostile.ENDS[0], hostile.SMALL):
            request = wire.PROTOS.message(method.request)()
            hostile.Filler(MARK, numbers, True).fill(request)
            outcome(method, channel, body=request.SerializeToString(), metadata=bearer(token))
    return {MARK}


def erase_one(suite, checks):
    """Erases a sole trader; its payload is gone from the answer."""
    county.activate_policies(suite, ["registry"])
    client = suite.client("ctl")
    found = client.call(f"{OPERATORS}/ListOperators",
                        {"region": county.REGION, "page_size": 500})["operators"]
    trader = next(operator for operator in found if operator["form"] == "OPERATOR_FORM_SOLE_TRADER")
    order = {"document_number": "1", "authority": county.AUTHORITY, "document_sha256": "0" * 64,
             "order_date": {"year": 2025, "month": 3, "day": 3},
             "legal_basis": {"statute": "个人信息保护法", "article": "第四十七条"}}
    client.call(f"{OPERATORS}/EraseOperator", {"name": trader["name"], "order": order},
                suite.officer("ZF-a"))
    left = str(client.call(f"{OPERATORS}/GetOperator", {"name": trader["name"]}))
    for field in ("title", "code"):
        checks.expect(trader[field] not in left, f"{field} of an erased sole trader is still shown")


def test(suite, checks):
    random = harness.seeded_random()
    rows, wrong = county.operator_rows(random, ROWS), wrong_rows(random)
    client = suite.client("ctl")
    checks.section("import")
    county.import_rows(client, county.IMPORT_OPERATORS, rows)
    check_verdicts(checks, wrong, county.import_rows(client, county.IMPORT_OPERATORS, wrong))
    hidden = county.personal_secrets(rows) | county.personal_secrets(wrong)
    hidden -= {"9" * 18, "店" * 101}
    checks.section("every method")
    for process in suite.ports:
        methods = harness.methods_of(suite.build, process)
        hidden |= use_tokens(suite, methods, process)
        hidden |= fill_everywhere(suite, process, methods, suite.officer("ZF-a"))
    checks.section("erasure")
    erase_one(suite, checks)
    checks.section("search")
    for word in ("ImportOperators", "grpc_server_handled_total"):
        checks.expect(leaks.find_secrets(suite, {word}), f"the search does not even find {word}")
    checks.equal(leaks.find_secrets(suite, hidden), [], "secrets while running")
    suite.stop()
    checks.equal(leaks.find_secrets(suite, hidden), [], "secrets after stopping")
    print(f"{len(hidden)} secrets were searched")


if __name__ == "__main__":
    harness.run(test, port_shift=8000)
