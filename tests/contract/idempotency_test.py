#!/usr/bin/python3
"""The same request_id and body repeat the first success, also after a crash; refusals do not."""
import base64
import hashlib
import uuid

import county
import harness

DRAWS = "shian.inspection.v1.DrawService"
POLICIES = "shian.policy.v1.PolicyService"
DRAW = {"title": "双随机抽查", "region": county.REGION, "inspectors_per_operator": 2,
        "strata": [{"key": "410902|CATERER", "kinds": ["OPERATOR_KIND_CATERER"], "take": 2}]}


def without_revision(answer):
    return {key: value for key, value in answer.items() if key != "revision"}


def repeated(suite, checks, what, service, send):
    """`send()` gives the same answer again, and again after SIGKILL and restart."""
    first = send()
    checks.equal(without_revision(send()), without_revision(first), f"{what}, sent again")
    suite.crash(service)
    checks.equal(without_revision(send()), without_revision(first), f"{what}, after a crash")
    return first


def send_chunk(suite, chunk):
    stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
    answer = stream.send(chunk)
    stream.end()
    return answer


def outcomes(answer):
    return sorted({verdict["outcome"] for verdict in answer["verdicts"]})


def check_import(suite, checks, random):
    rows = county.operator_rows(random, 60)
    chunk = next(county.chunks(rows[:50], uuid.uuid4()))
    dry = send_chunk(suite, {**chunk, "dry_run": True})
    checks.equal(outcomes(dry), ["ROW_OUTCOME_NEW"], "a dry run")
    first = repeated(suite, checks, "a chunk", "registry", lambda: send_chunk(suite, chunk))
    checks.equal(outcomes(first), ["ROW_OUTCOME_NEW"], "a chunk after its dry run")
    checks.refused("REQUEST_ID_REUSED", send_chunk, suite, {**chunk, "rows": rows[:49]})
    checks.refused("REQUEST_ID_REUSED", send_chunk, suite, {**chunk, "authority": "另一机关"})
    again = send_chunk(suite, {**chunk, "request_id": str(uuid.uuid4())})
    checks.equal(outcomes(again), ["ROW_OUTCOME_UNCHANGED"], "the same rows with another id")
    checks.refused("FIELD_INVALID", send_chunk, suite, {**chunk, "request_id": "7"})
    rest = {**chunk, "request_id": str(uuid.uuid4()), "rows": rows}
    checks.equal(outcomes(send_chunk(suite, rest)),
                 ["ROW_OUTCOME_NEW", "ROW_OUTCOME_UNCHANGED"], "old rows and new ones")


def check_closing_message(suite, checks, random):
    """Without the closing count and digest the stream is incomplete; what was answered stands."""
    client = suite.client("ctl")
    rows = county.operator_rows(random, 5)
    for name, count, digest, reason in [("a wrong count", 99, None, "STREAM_MISMATCH"),
                                        ("a wrong digest", None, b"x" * 32, "STREAM_MISMATCH")]:
        stream = county.ImportStream(client, county.IMPORT_OPERATORS)
        stream.send(next(county.chunks(rows, uuid.uuid4())))
        checks.section(name)
        checks.refused(reason, stream.end, count, digest)
    stream = county.ImportStream(client, county.IMPORT_OPERATORS)
    stream.send(next(county.chunks(rows, uuid.uuid4())))
    checks.refused("STREAM_INCOMPLETE", stream.close)


def check_policies(suite, checks):
    client = suite.client("ctl")
    first, second = suite.officer("ZF-a"), suite.officer("ZF-b")
    listed = client.call(f"{POLICIES}/ListPolicies", {"page_size": 1}, service="trace")
    names = [listed["policies"][0]["name"]]

    def approve(token, request_id, chosen=names):
        return client.call(f"{POLICIES}/ApprovePolicies",
                           {"request_id": request_id, "names": chosen}, token, service="trace")

    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    repeated(suite, checks, "an approval", "trace", lambda: approve(first, one))
    checks.refused("STEPS_KEPT_APART", approve, first, two)
    # A refusal is judged anew, and the same id is then free for another officer.
    answer = repeated(suite, checks, "a second approval", "trace", lambda: approve(second, two))
    checks.equal(answer["policies"][0]["state"], "POLICY_STATE_ACTIVE", "after two approvals")
    checks.refused("REQUEST_ID_REUSED", approve, second, one)
    checks.refused("REQUEST_ID_REUSED", approve, first, one, names * 2)


def check_draw(suite, checks):
    client, token = suite.client("ctl"), suite.officer("ZF-planner")
    county.activate_policies(suite, ["inspection"])
    request = {**DRAW, "request_id": str(uuid.uuid4())}

    def create(changes=None, officer=token):
        return client.call(f"{DRAWS}/CreateDraw", {**request, **(changes or {})}, officer)

    first = repeated(suite, checks, "a draw", "inspection", create)
    checks.refused("REQUEST_ID_REUSED", create, {"title": "另一计划"})
    checks.refused("REQUEST_ID_REUSED", create, {}, suite.officer("ZF-other"))
    following = create({"request_id": str(uuid.uuid4())})
    number = lambda answer: int(answer["draw"]["name"].rsplit("-", 1)[1])
    checks.equal(number(following), number(first) + 1, "the next draw's number, without a gap")
    return following["draw"]["name"]


def check_share(suite, checks, draw):
    """A write by departments' systems: each system's ids are its own."""
    missing = draw[:-4] + f"{int(draw[-4:]) + 1:04d}"
    request_id = str(uuid.uuid4())

    def commit(system, name, secret):
        return suite.client(system).call(f"{DRAWS}/CommitShare", {
            "request_id": request_id, "name": name,
            "commitment": base64.b64encode(hashlib.sha256(secret).digest()).decode()})

    checks.refused("NOT_FOUND", commit, "housing-fund", missing, b"a" * 32)
    suite.client("ctl").call(f"{DRAWS}/CreateDraw", DRAW, suite.officer("ZF-planner"))
    repeated(suite, checks, "a refused request, now good", "inspection",
             lambda: commit("housing-fund", missing, b"a" * 32))
    checks.refused("REQUEST_ID_REUSED", commit, "housing-fund", missing, b"b" * 32)
    shares = commit("finance-bureau", missing, b"c" * 32)["draw"]["shares"]
    checks.equal(len(shares), 2, "shares by two systems with the same request_id")


def test(suite, checks):
    random = harness.seeded_random()
    checks.section("import")
    check_import(suite, checks, random)
    check_closing_message(suite, checks, random)
    checks.section("policies")
    check_policies(suite, checks)
    checks.section("draw")
    check_share(suite, checks, check_draw(suite, checks))


if __name__ == "__main__":
    harness.run(test, port_shift=5000)
