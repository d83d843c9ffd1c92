#!/usr/bin/python3
"""What networks do (row 15): delay, pieces of one byte, noise, half-open and cut connections,
between a caller and a service and between two services. Nothing is doubled, nothing hangs beyond
its deadline, and everything comes back by itself."""
import time
import uuid

import traffic
import county
import harness
from client import Client, Refused
from feeds_test import settle
from tcp_gate import TcpGate

CALLS = 12
DEADLINE = 2.0
# What a call may take beyond its deadline before that counts as hanging.
GRACE = 1.0
BACK_SECONDS = 5.0
# With a whole connection only the first two let calls through.
PASSING = ["pass", "delay", "pieces"]
BREAKING = ["garbage", "half_open", "cut"]
WITHOUT_A_BYTE = "half_open"


def create(client, token, request_id):
    return client.call(f"{traffic.DRAWS}/CreateDraw", {**traffic.DRAW, "request_id": request_id},
                       token, timeout=DEADLINE)["draw"]["name"]


def check_caller(suite, checks, random, token, mode):
    """Calls through a gate in this mode; what broke is sent again when the gate passes."""
    gate = TcpGate(suite.ports["inspection"], random.randrange(1 << 30))
    client = Client(suite.pki, "ctl", {**suite.ports, "inspection": gate.port})
    sent = {}
    try:
        create(client, token, str(uuid.uuid4()))
        gate.set(mode)
        for _ in range(CALLS):
            request_id, began = str(uuid.uuid4()), time.monotonic()
            try:
                sent[request_id] = create(client, token, request_id)
            except Refused as refused:
                sent[request_id] = ""
                checks.expect(refused.code in traffic.TRANSIENT, f"{mode}: {refused}")
            took = time.monotonic() - began
            checks.expect(took < DEADLINE + GRACE, f"{mode}: a call took {took:.1f} s")
            if mode in BREAKING and len(sent) >= 4:
                break
        if mode in PASSING:
            checks.expect(all(sent.values()), f"{mode}: calls that did not get through")
        else:
            checks.expect(not all(sent.values()), f"{mode}: the gate did nothing")
        gate.set("pass")
        check_back(checks, client, token, mode)
        for request_id, name in sent.items():
            again = create(client, token, request_id)
            checks.expect(name in ("", again), f"{mode}: {request_id} made {name} and {again}")
    finally:
        client.close()
        gate.close()
    return set(sent)


def check_back(checks, client, token, mode):
    """A half-open connection is only known to be dead by a ping, and Python's channels wait long
    after a broken handshake: a new connection is what callers make."""
    if mode in BREAKING:
        client.close()
    began = time.monotonic()
    traffic.persist(lambda: create(client, token, str(uuid.uuid4())), seconds=BACK_SECONDS * 2)
    took = time.monotonic() - began
    checks.expect(took < BACK_SECONDS, f"{mode}: back after {took:.1f} s")


def draw_numbers(suite):
    answer, numbers, page = None, [], ""
    while answer is None or page:
        answer = suite.client("ctl").call(f"{traffic.DRAWS}/ListDraws", {
            "region": county.REGION, "page_size": 500, "page_token": page})
        numbers += [int(draw["name"].rsplit("-", 1)[1]) for draw in answer.get("draws", [])]
        page = answer.get("next_page_token", "")
    return sorted(numbers)


def check_feed(suite, checks, random, mode, number):
    """inspection follows registry through the gate while operators are imported."""
    suite.gate.set(mode)
    rows = [{**row, "town": f"{mode}{number}"} for row in suite.rows]
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, rows)
    time.sleep(0.5)
    suite.gate.set("pass")
    if mode == WITHOUT_A_BYTE:
        suite.gate.set("cut")  # as a firewall that forgot the connection answers the next packet
        time.sleep(0.2)
        suite.gate.set("pass")
    settle(suite, checks)


def test(suite, checks):
    random = harness.seeded_random()
    county.activate_policies(suite, ["inspection"])
    token = suite.officer("ZF-net")
    for mode in PASSING + BREAKING:
        check_caller(suite, checks, random, token, mode)
        checks.section(f"caller: {mode}")
    numbers = draw_numbers(suite)
    checks.equal(numbers, list(range(1, len(numbers) + 1)), "numbers of the draws")
    suite.stop("inspection")
    suite.gate = TcpGate(suite.ports["registry"], random.randrange(1 << 30))
    suite.rows = county.operator_rows(random, 200)
    original = suite.ports["registry"]
    suite.ports["registry"] = suite.gate.port
    suite.arguments("inspection")  # writes the configuration with the gate as registry's address
    suite.start("inspection")
    suite.ports["registry"] = original
    suite.reconnect()
    for number, mode in enumerate(PASSING + BREAKING):
        check_feed(suite, checks, random, mode, number)
        checks.section(f"feed: {mode}")
    frame = suite.client("ctl").call("shian.inspection.v1.DrawService/SummariseFrame",
                                     {"region": county.REGION})
    held = sum(int(count["count"]) for count in frame.get("counts", []))
    resting = sum(1 for row in suite.rows if row["status"] != "存续")
    checks.equal(held, len(suite.rows) - resting, "operators in inspection's frame")
    suite.gate.close()


if __name__ == "__main__":
    harness.run(test, port_shift=14000)
