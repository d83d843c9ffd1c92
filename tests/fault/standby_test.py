#!/usr/bin/python3
"""Reads from a standby: only for callers who allow it, never older than they allow or than the revision they
demand, and while the primary is away as well."""
import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))

import county  # noqa: E402
import harness  # noqa: E402
import replicas  # noqa: E402
from client import Refused  # noqa: E402

GET = "shian.registry.v1.OperatorService/GetOperator"
ANY_AGE = "600s"
FRESH_SECONDS_MAX = 2.0  # what a standby that follows shows, by looks of 250 ms and beats of 500 ms
FOLLOWS_SECONDS_MAX = 20


def metric(suite, name, service="registry"):
    return next(float(line.split()[-1]) for line in suite.metrics(service).splitlines()
                if line.startswith(name))


def wait_fresh(suite, checks):
    until = time.monotonic() + FOLLOWS_SECONDS_MAX
    age = float("inf")
    while time.monotonic() < until and age > FRESH_SECONDS_MAX:
        time.sleep(0.1)
        age = metric(suite, "shian_store_standby_age_seconds")
    checks.expect(age <= FRESH_SECONDS_MAX, f"the standby is known to be only as fresh as {age:.1f} s")


class Reader:
    """Reads an operator and says who answered."""

    def __init__(self, suite, checks):
        self.suite = suite
        self.checks = checks

    def get(self, name, served, stale=None, demand="", timeout=5):
        """The answer or refusal; `served` is "standby", "passed" for the primary instead of a standby, or
        "primary"."""
        before = self.counts()
        try:
            answer = self.suite.client("ctl").call(
                GET, {"name": name, "at_least_revision": demand}, stale=stale, timeout=timeout)
        except Refused as refused:
            answer = refused
        grew = tuple(now - then for now, then in zip(self.counts(), before))
        wanted = {"standby": (1, 0), "passed": (0, 1), "primary": (0, 0)}[served]
        self.checks.equal(grew, wanted, f"{name} with {stale}: reads of the standby, and passed over")
        return answer

    def counts(self):
        return tuple(metric(self.suite, f"shian_store_standby_{what}_total") for what in ("reads", "passed"))


def create(suite, random, number):
    """One operator: its name, and the revision that a later read may demand."""
    client = suite.client("ctl")
    stream = county.ImportStream(client, county.IMPORT_OPERATORS)
    answer = stream.send(next(county.chunks([county.operator_row(random, number)], uuid.uuid4())))
    stream.end()
    return answer["verdicts"][0]["name"], answer["revision"]


def check_terms(suite, checks, reader, name):
    reader.get(name, "primary")
    reader.get(name, "primary", stale="0s")
    answer = reader.get(name, "standby", stale="5s")
    checks.equal(answer["operator"]["name"], name, "what the standby answers")
    for bad in ("banana", "-1s", "601s", "5", "inf"):
        refused = reader.get(name, "primary", stale=bad)
        checks.expect(isinstance(refused, Refused) and refused.code == "INVALID_ARGUMENT" and
                      "shian-staleness-max" in refused.details, f"bound {bad}: {refused}")


def check_paused(suite, checks, reader, random):
    """The standby stands still: its age grows, and nobody sees more of it than was allowed."""
    database = suite.cluster
    database.standby.sql("SELECT pg_wal_replay_pause()")
    time.sleep(0.5)
    name, revision = create(suite, random, 2)
    old = reader.get(name, "standby", stale=ANY_AGE)
    checks.expect(isinstance(old, Refused) and old.code == "NOT_FOUND", f"of a standby that stands still: {old}")
    new = reader.get(name, "passed", stale=ANY_AGE, demand=revision)
    checks.equal(new["operator"]["name"], name, "with the revision of the write")
    time.sleep(2)
    new = reader.get(name, "passed", stale="1s")
    checks.equal(new["operator"]["name"], name, "with a bound that the standby does not keep")
    age = metric(suite, "shian_store_standby_age_seconds")
    checks.expect(age > 2, f"the age of a standby that stands still: {age:.1f} s")
    database.standby.sql("SELECT pg_wal_replay_resume()")
    wait_fresh(suite, checks)
    new = reader.get(name, "standby", stale="5s", demand=revision)
    checks.equal(new["operator"]["name"], name, "once the standby has followed")


def check_alone(suite, checks, reader, name):
    """The primary is gone: what may be old is answered for as long as it is not too old."""
    suite.cluster.primary.kill()
    answer = reader.get(name, "standby", stale=ANY_AGE)
    checks.equal(answer["operator"]["name"], name, "without a primary")
    away = reader.get(name, "primary")
    checks.expect(isinstance(away, Refused) and away.reason == "STORE_AWAY", f"the latest: {away}")
    time.sleep(2)
    away = reader.get(name, "passed", stale="1s")
    checks.expect(isinstance(away, Refused) and away.reason == "STORE_AWAY", f"older than allowed: {away}")
    reader.get(name, "standby", stale=ANY_AGE)


def check_foreign(suite, checks):
    """A standby of another service's database is never read."""
    suite.start("trace")
    until = time.monotonic() + FOLLOWS_SECONDS_MAX
    while "standby: a standby of another" not in suite.log("trace").read_text():
        if not checks.expect(time.monotonic() < until, "a foreign standby went unnoticed"):
            break
        time.sleep(0.1)
    checks.equal(metric(suite, "shian_store_standby_age_seconds", "trace"), float("inf"), "a foreign age")
    suite.stop("trace")


def test(suite, checks):
    random = harness.seeded_random()
    suite.cluster = replicas.Database(synchronous=False)
    suite.settings = [f"store-standby = {suite.database('registry')}"]
    suite.start("registry")
    wait_fresh(suite, checks)
    reader = Reader(suite, checks)
    name, _ = create(suite, random, 1)
    time.sleep(1)
    check_terms(suite, checks, reader, name)
    checks.section("terms")
    check_paused(suite, checks, reader, random)
    checks.section("a standby that stands still")
    check_foreign(suite, checks)
    checks.section("a foreign standby")
    check_alone(suite, checks, reader, name)
    checks.section("without a primary")


if __name__ == "__main__":
    if not replicas.postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        sys.exit(77)
    harness.run(test, port_shift=19200, start=False)
