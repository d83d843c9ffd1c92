#!/usr/bin/python3
"""A crash at every named point (row 5): as after any other crash, and the same request_id gives
the answer of whatever happened."""
import time
import uuid

import traffic
import county
import harness
from client import Refused
from feeds_test import settle

# Points that a write passes, and those that a follower passes.
WRITES = ["after_begin", "after_fact", "after_change", "before_commit", "after_commit",
          "before_reply", "checkpoint_mid"]
FOLLOWS = ["after_effect", "before_cursor"]
MIGRATIONS = ["migrate_step"]
ELSEWHERE = ["backup_mid"]  # backup_test
TRIES = 12


def points_of_source():
    text = (harness.SOURCE / "libs" / "faults" / "points.def").read_text()
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("FAULT_POINT")]


def arm(suite, setting):
    suite.environment["SHIAN_FAULTS"] = setting


def dies(suite, service, seconds=5):
    """Waits for the armed process to end by itself."""
    until = time.monotonic() + seconds
    while suite.processes[service].poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return suite.processes[service].poll() is not None


def start_armed(suite, service, setting):
    """Whether it came up; a crash while it starts is a crash like another."""
    arm(suite, setting)
    try:
        suite.start(service)
        return True
    except RuntimeError:
        return False
    finally:
        arm(suite, "")


def check_write(suite, checks, random, point):
    """Draws are created until the armed process dies; then each is sent again."""
    token, client = suite.officer("ZF-point"), suite.client("ctl")
    suite.stop("inspection")
    # The log is folded in after a second of idleness, so that point is passed seldom.
    last = 2 if point == "checkpoint_mid" else 40
    start_armed(suite, "inspection", f"{point}=kill@{random.randint(1, last)}")
    requests = []
    for _ in range(TRIES * 4):
        if suite.processes["inspection"].poll() is not None:
            break
        requests.append({**traffic.DRAW, "request_id": str(uuid.uuid4())})
        try:
            client.call(f"{traffic.DRAWS}/CreateDraw", requests[-1], token, timeout=3)
        except Refused as refused:
            checks.expect(refused.code in traffic.TRANSIENT, f"{point}: {refused}")
        if point == "checkpoint_mid":
            time.sleep(1.2)
    checks.expect(dies(suite, "inspection"), f"{point}: the process never passed it")
    suite.kill("inspection")
    suite.start("inspection")
    suite.reconnect()
    names = [client.call(f"{traffic.DRAWS}/CreateDraw", request, token)["draw"]["name"]
             for request in requests]
    checks.equal(len(set(names)), len(requests), f"{point}: draws of {len(requests)} requests")
    return len(names)


def check_numbers(suite, checks):
    answer, numbers, page = None, [], ""
    while answer is None or page:
        answer = suite.client("ctl").call(f"{traffic.DRAWS}/ListDraws", {
            "region": county.REGION, "page_size": 500, "page_token": page})
        numbers += [int(draw["name"].rsplit("-", 1)[1]) for draw in answer.get("draws", [])]
        page = answer.get("next_page_token", "")
    checks.equal(sorted(numbers), list(range(1, len(numbers) + 1)), "numbers of all draws")


def check_follow(suite, checks, random, point):
    """inspection dies between an effect and its cursor, and ends with registry's operators."""
    suite.stop("inspection")
    rows = county.operator_rows(random, 60)
    changed = [{**row, "town": f"{point}{row['line']}"} for row in rows]
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, changed)
    start_armed(suite, "inspection", f"{point}=kill")
    checks.expect(dies(suite, "inspection"), f"{point}: the process never passed it")
    suite.kill("inspection")
    suite.start("inspection")
    suite.reconnect()
    settle(suite, checks)


def check_migration(suite, checks):
    """A new store whose first start dies in the middle of its schema."""
    for step in (1, 2, 4):
        suite.stop("trace")
        for file in (suite.state / "trace").glob("trace.db*"):
            file.unlink()
        checks.expect(not start_armed(suite, "trace", f"migrate_step=kill@{step}"),
                      f"migrate_step {step}: the process never passed it")
        suite.kill("trace")
        suite.start("trace")
        checks.expect(suite.alive("trace"), f"trace after a crash in step {step}")


def test(suite, checks):
    random = harness.seeded_random()
    known = WRITES + FOLLOWS + MIGRATIONS + ELSEWHERE
    checks.equal(sorted(points_of_source()), sorted(known), "every point has its test")
    county.activate_policies(suite, ["inspection"])
    for point in WRITES:
        made = check_write(suite, checks, random, point)
        checks.section(f"{point}: {made} requests")
    check_numbers(suite, checks)
    for point in FOLLOWS:
        check_follow(suite, checks, random, point)
        checks.section(point)
    check_migration(suite, checks)
    checks.section("migrate_step")


if __name__ == "__main__":
    harness.run(test, port_shift=13000)
