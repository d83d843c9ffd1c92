#!/usr/bin/python3
"""The same request_id and body repeat the first success, also after a crash; refusals do not."""
import base64
import concurrent.futures
import hashlib
import threading
import time
import uuid

import county
import harness
from client import Refused

SENDERS = 16
KILLS = 5
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


def create_draw(suite, request_id, token):
    """The draw's name, or None when the call broke off."""
    try:
        answer = suite.client("ctl").call(f"{DRAWS}/CreateDraw", {**DRAW, "request_id": request_id},
                                          token)
        return answer["draw"]["name"]
    except Refused:
        return None


def draw_numbers(suite):
    answer = suite.client("ctl").call(f"{DRAWS}/ListDraws",
                                      {"region": county.REGION, "page_size": 500})
    return sorted(int(draw["name"].rsplit("-", 1)[1]) for draw in answer.get("draws", []))


def check_at_once(suite, checks):
    """One request sent many times at the same moment is one draw."""
    token, request_id, before = suite.officer("ZF-planner"), str(uuid.uuid4()), draw_numbers(suite)
    with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
        names = list(pool.map(lambda _: create_draw(suite, request_id, token), range(SENDERS)))
    checks.equal(len(set(names)), 1, f"answers to one request sent {SENDERS} times at once")
    checks.equal(len(draw_numbers(suite)), len(before) + 1, "draws that it made")


def check_killed_in_flight(suite, checks, random):
    """SIGKILL while the write is on its way: sent again, it has happened exactly once."""
    token, before = suite.officer("ZF-planner"), len(draw_numbers(suite))
    for attempt in range(KILLS):
        request_id = str(uuid.uuid4())
        sender = threading.Thread(target=create_draw, args=(suite, request_id, token))
        sender.start()
        time.sleep(random.uniform(0, 0.02))
        suite.kill("inspection")
        sender.join()
        suite.start("inspection")
        suite.reconnect()
        checks.expect(create_draw(suite, request_id, token), f"kill {attempt}: no draw was made")
    numbers = draw_numbers(suite)
    checks.equal(numbers, list(range(1, before + KILLS + 1)), "numbers of the draws, without a gap")


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
    checks.section("at once")
    check_at_once(suite, checks)
    checks.section("killed in flight")
    check_killed_in_flight(suite, checks, random)


if __name__ == "__main__":
    harness.run(test, port_shift=10000)
