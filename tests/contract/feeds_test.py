#!/usr/bin/python3
"""A consumer that was down loses and doubles nothing; the order of starting does not matter.

inspection keeps a frame of what registry knows. It is killed again and again while thousands of
operators are imported, and must end with exactly registry's operators.
"""
import threading
import time
import traceback
import uuid

import county
import harness
from harness import ContractSuite

OPERATORS = 4000
CHANGED = 300
KILLS_MIN = 3
SETTLE_SECONDS = 60
FOLLOWERS = ["inspection", "credit", "sanction", "trace"]


class Tormentor(threading.Thread):
    """Kills a service and starts it again, at random moments, until it is told to stop."""

    def __init__(self, suite, service, random):
        super().__init__(daemon=True)
        self.suite, self.service, self.random = suite, service, random
        self.kills = 0
        self.problem = ""
        self.ended = threading.Event()

    def run(self):
        try:
            while not self.ended.is_set() or self.kills < KILLS_MIN:
                time.sleep(self.random.uniform(0.05, 0.8))
                self.suite.kill(self.service)
                self.kills += 1
                time.sleep(self.random.uniform(0, 0.3))
                self.suite.start(self.service)
        except Exception:
            self.problem = traceback.format_exc()

    def finish(self):
        self.ended.set()
        self.join()


def registry_counts(suite):
    """{kind: operators that trade} as registry says."""
    answer = suite.client("ctl").call("shian.registry.v1.OperatorService/CountOperators",
                                      {"region": county.REGION})
    counts = {}
    for count in answer.get("counts", []):
        if count["status"] == "OPERATOR_STATUS_TRADING":
            counts[count["kind"]] = int(count["count"])
    return counts, int(answer["total"])


def frame_counts(suite):
    """{kind: operators in the frame} as inspection says."""
    answer = suite.client("ctl").call("shian.inspection.v1.DrawService/SummariseFrame",
                                      {"region": county.REGION})
    counts = {}
    for count in answer.get("counts", []):
        counts[count["kind"]] = counts.get(count["kind"], 0) + int(count["count"])
    return counts, int(answer.get("inspectors", 0))


def feeds(suite, service):
    return suite.client("ctl").call("shian.common.v1.ClockService/GetFeeds", service=service)


def settle(suite, checks):
    """Waits until every process follows each peer at its head and without a problem."""
    deadline = time.monotonic() + SETTLE_SECONDS
    troubles = ["not asked yet"]
    while troubles and time.monotonic() < deadline:
        answers = {service: feeds(suite, service) for service in suite.ports}
        troubles = [trouble for service, answer in answers.items()
                    for feed in answer.get("feeds", [])
                    for trouble in troubles_of(service, feed, answers)]
        time.sleep(0.05)
    checks.equal(troubles, [], "feeds that did not catch up")


def troubles_of(service, feed, answers):
    position = int(feed.get("position", 0))
    head = int(answers[feed["peer"]].get("head_sequence", 0))
    if position != head or feed.get("problem") or not feed.get("connected"):
        yield f"{service} at {position} of {feed['peer']}'s {head} {feed.get('problem', '')}"


def check_same(suite, checks, what):
    settle(suite, checks)
    counts, total = registry_counts(suite)
    checks.equal(total, OPERATORS, f"{what}: operators in registry")
    checks.equal(frame_counts(suite)[0], counts, f"{what}: operators in inspection's frame")


def check_kills(suite, checks, rows, random):
    """inspection dies and lives while registry takes thousands of operators."""
    run = uuid.uuid4()
    tormentor = Tormentor(suite, "inspection", random)
    tormentor.start()
    verdicts = county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, rows, run)
    tormentor.finish()
    suite.reconnect()
    checks.equal(tormentor.problem, "", "killing and starting inspection")
    checks.equal({verdict["outcome"] for verdict in verdicts}, {"ROW_OUTCOME_NEW"}, "the import")
    print(f"inspection was killed {tormentor.kills} times")
    check_same(suite, checks, "after the kills")


def check_producer(suite, checks, rows, random):
    """registry dies in the middle of an import; the run is resumed and nothing is done twice."""
    run = uuid.uuid4()
    changed = [{**row, "status": "歇业" if row["status"] == "存续" else "存续"}
               for row in rows[:CHANGED]]
    chunks = list(county.chunks(changed, run))
    answered = random.randint(1, len(chunks) - 1)
    stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
    first = [stream.send(chunk) for chunk in chunks[:answered]]
    suite.crash("registry")
    stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
    again = [stream.send(chunk) for chunk in chunks]
    stream.end()
    outcomes = lambda answers: [v["outcome"] for answer in answers for v in answer["verdicts"]]
    checks.equal(outcomes(again)[:len(outcomes(first))], outcomes(first), "the resumed chunks")
    checks.equal(set(outcomes(again)), {"ROW_OUTCOME_CHANGED"}, "the resumed run")
    check_same(suite, checks, "after registry's crash")
    return changed + rows[CHANGED:]


def check_all_killed(suite, checks):
    suite.crash(*suite.ports)
    check_same(suite, checks, "after all were killed")


def check_random_order(suite, checks, rows, random, expected):
    """Another suite: registry has everything before anyone else was ever started."""
    other = ContractSuite(suite.build, port_shift=6500)
    try:
        other.start("registry")
        county.import_rows(other.client("ctl"), county.IMPORT_OPERATORS, rows)
        county.import_rows(other.client("ctl"), county.IMPORT_INSPECTORS, county.inspector_rows(30))
        order = random.sample(FOLLOWERS, len(FOLLOWERS))
        print("started in the order registry,", ", ".join(order))
        for service in order:
            other.start(service)
            time.sleep(random.uniform(0, 0.5))
        check_same(other, checks, "started in random order")
        checks.equal(frame_counts(other), expected, "the frame, whatever the order of starting")
    finally:
        harness.remove(other)


def test(suite, checks):
    random = harness.seeded_random()
    rows = county.operator_rows(random, OPERATORS)
    county.import_rows(suite.client("ctl"), county.IMPORT_INSPECTORS, county.inspector_rows(30))
    checks.section("consumer killed")
    check_kills(suite, checks, rows, random)
    checks.section("producer killed")
    rows = check_producer(suite, checks, rows, random)
    checks.section("all killed")
    check_all_killed(suite, checks)
    expected = frame_counts(suite)
    suite.stop()
    checks.section("random order")
    check_random_order(suite, checks, rows, random, expected)


if __name__ == "__main__":
    harness.run(test, port_shift=6000)
