#!/usr/bin/python3
"""What networks do (row 15): delay, pieces of one byte, noise, half-open and cut connections,
between a caller and a service and between two services. Nothing is doubled, nothing hangs beyond
its deadline, and everything comes back by itself within 5 s."""
import time
import uuid

import traffic
import books
import county
import done
import harness
import matters
from client import Client, Refused
from feeds_test import settle
from tcp_gate import TcpGate

CALLS = 12
DEADLINE = 2.0
# What a call may take beyond its deadline before that counts as hanging.
GRACE = 1.0
BACK_SECONDS = 5.0
# What still lets calls through, late or in pieces, and what ends connections or silences them.
PASSING = ["pass", "delay", "pieces"]
BREAKING = ["garbage", "half_open", "cut"]
# What the caller's own gRPC says, as UNKNOWN, of a connection on which it read noise.
LOST = "Stream removed"


def create(client, token, request_id, wait=False):
    return client.call(f"{traffic.DRAWS}/CreateDraw", {**traffic.DRAW, "request_id": request_id},
                       token, timeout=DEADLINE, wait=wait)["draw"]["name"]


def check_caller(suite, checks, random, token, mode):
    """Calls through a gate in this mode; what broke is sent again when the gate passes. Gives the
    draws that were asked for, each once."""
    gate = TcpGate(suite.ports["inspection"], random.randrange(1 << 30))
    client = Client(suite.pki, "ctl", {**suite.ports, "inspection": gate.port})
    try:
        made = [create(client, token, str(uuid.uuid4()))]
        gate.set(mode)
        sent = send_through(checks, client, token, mode)
        gate.set("pass")
        made.append(check_back(checks, client, token, mode))
        for request_id, name in sent.items():
            made.append(create(client, token, request_id))
            checks.expect(name in ("", made[-1]), f"{mode}: {request_id} made {name}, {made[-1]}")
    finally:
        client.close()
        gate.close()
    return made


def send_through(checks, client, token, mode):
    """{request_id: the draw's name, or nothing when the call failed}."""
    sent = {}
    for _ in range(CALLS if mode in PASSING else CALLS // 3):
        request_id, began = str(uuid.uuid4()), time.monotonic()
        try:
            sent[request_id] = create(client, token, request_id)
        except Refused as refused:
            sent[request_id] = ""
            checks.expect(refused.code in traffic.TRANSIENT or refused.details == LOST,
                          f"{mode}: {refused}")
        took = time.monotonic() - began
        checks.expect(took < DEADLINE + GRACE, f"{mode}: a call took {took:.1f} s")
    if mode in PASSING:
        checks.expect(all(sent.values()), f"{mode}: calls that did not get through")
    else:
        checks.expect(not all(sent.values()), f"{mode}: the gate did nothing")
    return sent


def check_back(checks, client, token, mode):
    """The same client, whose connections nobody touched."""
    request_id, began = str(uuid.uuid4()), time.monotonic()
    name = traffic.persist(lambda: create(client, token, request_id, wait=True),
                           seconds=BACK_SECONDS * 4)
    took = time.monotonic() - began
    print(f"caller, {mode}: back after {took:.2f} s")
    checks.expect(took < BACK_SECONDS, f"caller, {mode}: back after {took:.1f} s")
    return name


def feed_lag(suite):
    """How many of registry's facts inspection has not taken."""
    return books.one(suite, "registry", "SELECT max(sequence) FROM log_entry WHERE log = 0") - \
        books.one(suite, "inspection", "SELECT last FROM consumer_cursor "
                  "WHERE origin LIKE 'shian.registry/%'")


def check_feed(suite, checks, random, mode, number):
    """inspection follows registry through the gate while operators are imported."""
    suite.gate.set(mode)
    rows = [{**row, "town": f"{mode}{number}"} for row in suite.rows]
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, rows)
    # Whatever was on its way before the gate changed has come by now.
    time.sleep(random.uniform(0.5, 2))
    if mode in BREAKING:
        checks.expect(feed_lag(suite) > 0, f"feed, {mode}: the gate did nothing")
    suite.gate.set("pass")
    began = time.monotonic()
    while feed_lag(suite) > 0 and time.monotonic() - began < BACK_SECONDS * 4:
        time.sleep(0.02)
    took = time.monotonic() - began
    print(f"feed, {mode}: back after {took:.2f} s")
    checks.expect(took < BACK_SECONDS, f"feed, {mode}: back after {took:.1f} s")
    settle(suite, checks)


def put_gate_between(suite, random):
    """inspection is started again with the gate as registry's address."""
    suite.stop("inspection")
    suite.gate = TcpGate(suite.ports["registry"], random.randrange(1 << 30))
    original = suite.ports["registry"]
    suite.ports["registry"] = suite.gate.port
    suite.start("inspection")
    suite.ports["registry"] = original
    suite.reconnect()


def check_callers(suite, checks, random, token):
    made, before = [], books.written(suite, "inspection")
    for mode in PASSING + BREAKING:
        made += check_caller(suite, checks, random, token, mode)
        checks.section(f"caller: {mode}")
    checks.equal(len(set(made)), len(made), "draws made twice under one name")
    known = books.written(suite, "inspection") - before
    checks.equal(known - set(made), set(), "draws that nobody asked for")
    checks.equal(set(made) - known, set(), "draws that are gone")


def held(suite):
    """Operators in inspection's frame."""
    frame = suite.client("ctl").call(f"{traffic.DRAWS}/SummariseFrame", {"region": county.REGION})
    return sum(int(count["count"]) for count in frame.get("counts", []))


def test(suite, checks):
    random = harness.seeded_random()
    done.begin(suite)
    before = held(suite)
    check_callers(suite, checks, random, suite.officer("ZF-net"))
    suite.rows = county.operator_rows(random, 200)
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, suite.rows)
    put_gate_between(suite, random)
    settle(suite, checks)
    for number, mode in enumerate(PASSING + BREAKING):
        check_feed(suite, checks, random, mode, number)
        checks.section(f"feed: {mode}")
    resting = sum(1 for row in suite.rows if row["status"] != "存续")
    checks.equal(held(suite) - before, len(suite.rows) - resting, "operators new in inspection's frame")
    books.check_draws(suite, checks)
    books.check_common(suite, checks)
    matters.check_all(suite, checks)
    suite.gate.close()


if __name__ == "__main__":
    harness.run(test, port_shift=14000, start=False)
