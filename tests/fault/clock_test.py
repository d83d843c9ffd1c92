#!/usr/bin/python3
"""The machine's clock jumps under the whole suite on real time (row 17): an hour forth, an hour back,
over a month's end. Numbers keep their order, limits and expiries follow the clock, and every fact
keeps when it happened and when it was recorded."""
import base64
import datetime
import json
import os
import pathlib
import shutil
import sys
import time
import uuid

import traffic
import books
import county
import harness
from feeds_test import settle

HOUR = 3600
CST = datetime.timezone(datetime.timedelta(hours=8))
EVENT_TIME = datetime.datetime(2025, 3, 1, 8, 0, tzinfo=CST)
# Between the clock that the test reads and the one that a service read.
SLACK_SECONDS = 3
# libfaketime looks at its file now and then.
NOTICE_SECONDS = 12
CALLS_PER_SECOND = 50
# After so long without a heartbeat a feed is given up.
HEARTBEATS_SECONDS = 3
LATE_FEEDS_MAX = 1
LIBRARY = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class Machine:
    """The clock of the machine that the services believe in."""

    def __init__(self, suite):
        self.file = suite.state / "clock"
        self.offset = 0
        self.jump(0, noticed=False)
        suite.environment.update(LD_PRELOAD=str(LIBRARY), FAKETIME_TIMESTAMP_FILE=str(self.file),
                                 FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")

    def jump(self, offset, noticed=True):
        """Everybody reads the file with each look at the clock, so it must never be half."""
        self.offset = offset
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{offset:+d}\n")
        beside.rename(self.file)
        time.sleep(NOTICE_SECONDS if noticed else 0)

    def now(self):
        return time.time() + self.offset


def age_certificates(suite):
    """Certificates of hours ago: those of this moment would not be valid yet an hour back."""
    shutil.rmtree(suite.pki)
    os.environ.update(LD_PRELOAD=str(LIBRARY), FAKETIME="-3h")
    harness.make_pki(suite.pki, harness.STRANGER)
    for name in ("LD_PRELOAD", "FAKETIME"):
        os.environ.pop(name)
    suite.issuer = harness.Issuer(suite.pki / "issuer.key")


def before_month_end(seconds):
    """The offset to shortly before a month's end that is more than two days away."""
    now = datetime.datetime.now(CST)
    later = now + datetime.timedelta(days=2)
    first = (later.replace(day=1) + datetime.timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0)
    return int((first - now).total_seconds()) - seconds


def token_at(suite, machine, **changes):
    now = int(machine.now())
    return suite.officer("ZF-clock", **{"iat": now - 10, "nbf": now - 10, "exp": now + 1800,
                                        **changes})


def create(suite, token):
    return suite.client("ctl").call(f"{traffic.DRAWS}/CreateDraw", traffic.DRAW, token,
                                    timeout=5)["draw"]["name"]


def check_writes(suite, checks, machine, made, run):
    """A draw, an operator and an event after each jump, and when their stores say they came."""
    token = token_at(suite, machine)
    before = machine.now()
    made["draws"] += [create(suite, token) for _ in range(3)]
    number = len(made["events"]) + 1
    event = suite.client("ctl").call(f"{traffic.CAPTURE}/CaptureDocument", {
        "document": base64.b64encode(json.dumps(event_of(run, number)).encode()).decode(),
        "provenance": {"origin": "fault-test", "authority": county.AUTHORITY}}, timeout=5)
    made["events"].append(event["verdicts"][0]["row"]["name"])
    rows = [county.operator_row(made["random"], number)]
    verdicts = county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, rows)
    checks.equal(verdicts[0]["outcome"], "ROW_OUTCOME_NEW", "an operator after a jump")
    after = machine.now()
    for service, sql in (("inspection", "SELECT recorded FROM log_entry WHERE log = 1 "
                          "ORDER BY sequence DESC LIMIT 3"),
                         ("trace", "SELECT recorded FROM capture_event ORDER BY sequence DESC "
                          "LIMIT 1"),
                         ("registry", "SELECT recorded FROM log_entry WHERE log = 0 "
                          "ORDER BY sequence DESC LIMIT 1")):
        for (recorded,) in books.rows(suite, service, sql):
            checks.expect(before - SLACK_SECONDS < recorded / 1e6 < after + SLACK_SECONDS,
                          f"{service} at {machine.offset:+d} s: recorded {recorded / 1e6 - before} "
                          "s after it was asked")
    happened = books.one(suite, "trace", "SELECT event_time FROM capture_event "
                         "ORDER BY sequence DESC LIMIT 1")
    checks.equal(happened, int(EVENT_TIME.timestamp() * 10**6), "when the event happened")


def event_of(run, number):
    whole = json.loads(base64.b64decode(traffic.document(run, number)))
    whole["epcisBody"]["eventList"][0]["eventTime"] = EVENT_TIME.isoformat()
    return whole


def check_expiries(suite, checks, machine):
    """Tokens of an hour ago are over, those of in an hour have not begun."""
    now = int(machine.now())
    good = token_at(suite, machine)
    create_with = lambda token: lambda: create(suite, token)
    checks.refused("OFFICER_TOKEN_EXPIRED", create_with(
        token_at(suite, machine, iat=now - HOUR, nbf=now - HOUR, exp=now - 60)))
    checks.refused("OFFICER_TOKEN_INVALID", create_with(
        token_at(suite, machine, iat=now + HOUR, nbf=now + HOUR, exp=now + 2 * HOUR)))
    return good


def check_limits(suite, checks):
    """Twice what the bucket holds, at half of what refills it: no call is shed."""
    name = {"page_size": 1, "region": county.REGION}
    for _ in range(2 * CALLS_PER_SECOND):
        suite.client("ctl").call(f"{traffic.DRAWS}/ListDraws", name, timeout=5)
        time.sleep(2 / CALLS_PER_SECOND)


def check_heartbeats(suite, checks):
    """Nothing that happens every second waits for the hour to come round again. (An hour ahead
    cannot be tried: the kernel, which wakes sleepers, does not believe in the jump.)"""
    broken = lambda: sum(suite.log(service).read_text().count("feed_broken")
                         for service in suite.ports)
    before = broken()
    time.sleep(2 * HEARTBEATS_SECONDS)
    # A heartbeat that waits for the hour breaks every feed, again and again; one that came late once
    # breaks one, which is back at once.
    broke = broken() - before
    checks.expect(broke <= LATE_FEEDS_MAX, f"{broke} feeds broke off because the clock went back")


def check_pages(suite, checks, machine):
    """A page token lives for a day, by the clock."""
    page = suite.client("ctl").call(f"{traffic.DRAWS}/ListDraws",
                                    {"page_size": 1, "region": county.REGION})["next_page_token"]
    ask = lambda: suite.client("ctl").call(f"{traffic.DRAWS}/ListDraws", {
        "page_size": 1, "region": county.REGION, "page_token": page})
    ask()
    machine.jump(25 * HOUR)
    checks.refused("PAGE_TOKEN_INVALID", ask)
    begin(suite, machine)
    ask()


def begin(suite, machine):
    """The right time again, in new processes."""
    suite.stop()
    machine.jump(0, noticed=False)
    suite.start()
    suite.reconnect()


def check_jump(suite, checks, machine, offset, write):
    begin(suite, machine)
    write()
    machine.jump(offset)
    if offset < 0:
        check_heartbeats(suite, checks)
    write()
    check_expiries(suite, checks, machine)
    check_limits(suite, checks)
    # An hour ahead, heartbeats cannot be seen either.
    if offset < 0:
        settle(suite, checks)


def check_month_end(suite, checks, machine, made, run):
    """Some draws of the month that ends, some of the one that begins, in one row of numbers."""
    machine.jump(before_month_end(NOTICE_SECONDS + 4))
    check_writes(suite, checks, machine, made, run)
    time.sleep(8)
    check_writes(suite, checks, machine, made, run)
    months = [datetime.datetime.fromtimestamp(micros / 1e6, CST).month for (micros,) in books.rows(
        suite, "inspection", "SELECT recorded FROM log_entry WHERE log = 1 "
        "AND type = 'shian.public.inspection.draw.planned' ORDER BY sequence DESC LIMIT 6")]
    checks.equal(months, [months[0]] * 3 + [(months[0] + 10) % 12 + 1] * 3, "months of the draws")


def check_order(suite, checks, made):
    """In the order in which they were acknowledged, whatever the clock said."""
    series = {}
    for name in made["draws"]:
        series.setdefault(name.rsplit("-", 1)[0], []).append(int(name.rsplit("-", 1)[1]))
    for name, numbers in series.items():
        checks.equal(numbers, sorted(numbers), f"numbers of {name}")
    checks.equal(sum(map(len, series.values())), len(set(made["draws"])), "draws")
    events = books.rows(suite, "trace", books.WRITTEN["trace"] + " ORDER BY sequence")
    checks.equal([name for (name,) in events], made["events"], "events")
    recorded = [micros for (micros,) in books.rows(
        suite, "inspection", "SELECT recorded FROM log_entry WHERE log = 1 ORDER BY sequence")]
    checks.expect(recorded != sorted(recorded), "the clock never went back")


def test(suite, checks):
    if LIBRARY is None:
        print("skipped: libfaketime is not installed")
        sys.exit(77)
    random = harness.seeded_random()
    suite.simulated = False
    suite.settings = [f"calls-per-second-max = {CALLS_PER_SECOND}"]
    age_certificates(suite)
    machine = Machine(suite)
    suite.start()
    county.activate_policies(suite, ["inspection"])
    made = {"draws": [], "events": [], "random": random}
    run = uuid.UUID(int=random.getrandbits(128))
    for offset in (-HOUR, HOUR):
        check_jump(suite, checks, machine, offset, lambda: check_writes(
            suite, checks, machine, made, run))
        checks.section(f"the clock at {offset:+d} s")
    begin(suite, machine)
    check_pages(suite, checks, machine)
    check_month_end(suite, checks, machine, made, run)
    begin(suite, machine)
    check_writes(suite, checks, machine, made, run)
    checks.section("a month's end and back")
    check_order(suite, checks, made)
    suite.stop()
    for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE"):
        suite.environment.pop(name)
    suite.start()
    suite.reconnect()
    settle(suite, checks)
    books.check_draws(suite, checks)
    books.check_common(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=18000, start=False)
