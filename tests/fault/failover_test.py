#!/usr/bin/python3
"""Two replicas of each service over a primary and its synchronous standby, under load of ten writers and
as many readers: the primary is killed and the standby promoted, the leaders of all services are killed,
and one stands still for ten seconds. No acknowledged write is lost, none is doubled, all can be read at
once, no log forks, and who watches the facts at a replica is told each of them once and in order.
SHIAN_ROUNDS makes it longer. SHIAN_ASYNCHRONOUS=1 is the negative control: with a standby that lags,
the loss must be noticed."""
import os
import signal
import sys
import threading
import time
import traceback

import traffic
import books
import county
import harness
import matters
import replicas
import watch
from client import Client, Refused
from demo import run_story
from feeds_test import settle
from story.world import Narrator
from suite import SERVICES

ASYNCHRONOUS = bool(os.environ.get("SHIAN_ASYNCHRONOUS"))
ROUNDS = int(os.environ.get("SHIAN_ROUNDS", 3))
# A long run begins with the whole main job, and ends with what stands between the stores.
LONG = ROUNDS > 3
CALLERS = 1 if ASYNCHRONOUS else 2  # of each service
PAUSE = 0.01  # or the callers themselves would take the processors
QUIET_SECONDS = 1.0  # of writes before and after each failover
AWAY_SECONDS_MAX = 20.0
STOPPED_SECONDS = 10.0
TAKEN_OVER_SECONDS_MAX = 6.0
TOLD_SECONDS_MAX = 5.0
# Each replica leads once and is killed once.
LEADER_KILLS = 2
# Whose writers make facts, which others follow.
TELLING = ["registry", "sanction"]


class Heads(threading.Thread):
    """Remembers every checkpoint that either replica shows: a log that forks shows two of one size."""

    def __init__(self, suites):
        super().__init__(daemon=True)
        self.suites = suites
        self.clients = {suite: Client(suite.pki, "ctl", dict(suite.ports)) for suite in suites}
        self.seen = {}
        self.forks = []
        self.problem = ""
        self.ended = threading.Event()

    def run(self):
        try:
            while not self.ended.wait(0.1):
                for suite in self.suites:
                    for service in SERVICES:
                        for log in ("LOG_FACTS", "LOG_PUBLIC"):
                            self.look(suite, service, log)
        except Exception:
            self.problem = traceback.format_exc()

    def look(self, suite, service, log):
        try:
            answer = self.clients[suite].call("shian.ledger.v1.LedgerService/GetCheckpoint",
                                              {"log": log}, service=service, timeout=2)
        except Refused:
            return
        name, size, root = answer["note"].split("\n")[:3]
        first = self.seen.setdefault((name, int(size)), root)
        if first != root:
            self.forks.append((name, size, first, root))


def wait_written(writers, since):
    """Until each writer was acknowledged again; gives the seconds since the primary died."""
    before = {service: len(writer.acknowledged) for service, writer in writers.items()}
    until = since + AWAY_SECONDS_MAX
    took = {}
    while len(took) < len(writers) and time.monotonic() < until:
        for service, writer in writers.items():
            if len(writer.acknowledged) > before[service]:
                took.setdefault(service, time.monotonic() - since)
        time.sleep(0.01)
    return took


def fail_over(database, checks, writers):
    time.sleep(QUIET_SECONDS)
    began = time.monotonic()
    database.fail_over()
    promoted = time.monotonic() - began
    took = wait_written(writers, began)
    checks.equal(sorted(took), sorted(writers), "services that write again")
    checks.section(f"promoted after {promoted:.2f} s, written again after " +
                   ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(took.items())))
    database.join()
    return max(took.values(), default=AWAY_SECONDS_MAX)


def kill_leaders(pair, checks, writers, watches):
    """SIGKILL to every process that gives facts their places, while all write: the other takes over, and
    those who watch there are told of what is written from then on."""
    leaders = {service: pair.leading(service) for service in SERVICES}
    if not checks.expect(None not in leaders.values(), f"who leads: {leaders}"):
        return
    for service, suite in leaders.items():
        suite.kill(service)
    began = time.monotonic()
    took = wait_written(writers, began)
    checks.equal(sorted(took), sorted(writers), "writers that are answered without the leaders")
    # Five at once are more work than one that stands still.
    slowest = max(wait_leads(pair, checks, pair.other(suite), service, began, AWAY_SECONDS_MAX)
                  for service, suite in leaders.items())
    others = [one for one in watches if one.service in TELLING
              and one.suite is pair.other(leaders[one.service])]
    for one in others:
        before, until = len(one.facts), time.monotonic() + TOLD_SECONDS_MAX
        while len(one.facts) == before and time.monotonic() < until:
            time.sleep(0.05)
        checks.expect(len(one.facts) > before, f"{one.service}: nothing was told by its new leader")
    for service, suite in leaders.items():
        pair.start_one(suite, service)
    checks.section(f"all leaders were killed, the others took over within {slowest:.1f} s")


def wait_leads(pair, checks, suite, service, began, most=TAKEN_OVER_SECONDS_MAX):
    """Until this suite's process leads; gives the seconds that it took."""
    while not pair.leads(suite, service) and time.monotonic() - began < most + 1:
        time.sleep(0.05)
    took = time.monotonic() - began
    checks.expect(took < most, f"{service}: taken over after {took:.1f} s")
    return took


def stop_leader(pair, checks, service):
    """SIGSTOP to the leader: the other takes over, and the first, awake again, does nothing more."""
    leader = pair.leading(service)
    if not checks.expect(leader is not None, f"nobody leads {service}"):
        return
    stopped, other = leader.processes[service], pair.other(leader)
    stopped.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    took = wait_leads(pair, checks, other, service, began)
    time.sleep(max(0, began + STOPPED_SECONDS - time.monotonic()))
    stopped.send_signal(signal.SIGCONT)
    time.sleep(QUIET_SECONDS)
    checks.expect(pair.leads(other, service), f"{service}: the new leader lost the lease")
    checks.section(f"{service}'s leader stood still for {STOPPED_SECONDS:.0f} s, "
                   f"the other took over after {took:.1f} s")


def test(pair, checks):
    random = harness.seeded_random()
    pair.start(pair.first)
    if LONG:
        run_story(pair.first, Narrator(silent=True), pair.first.build / "county")
    else:
        county.activate_policies(pair.first, traffic.RULED)
    pair.start(pair.second)
    checks.section("two replicas of five services are ready")
    heads = Heads([pair.first, pair.second])
    heads.start()
    # The callers balance between the replicas themselves.
    writers = traffic.start_traffic(pair.first, random, ports=pair.both, callers=CALLERS,
                                    pause=PAUSE)
    readers = traffic.start_readers(pair.first, random, writers, ports=pair.both)
    watches = watch.start_watches([pair.first, pair.second])
    away = [fail_over(pair.first.cluster, checks, writers) for _ in range(ROUNDS)]
    if not ASYNCHRONOUS:
        for _ in range(LEADER_KILLS):
            kill_leaders(pair, checks, writers, watches)
        stop_leader(pair, checks, "inspection")
    time.sleep(QUIET_SECONDS)
    for caller in (*readers.values(), *writers.values()):
        caller.finish()
    print(f"time to the next acknowledged write: {', '.join(f'{seconds:.2f}' for seconds in away)} s")
    print({name: len(caller.seconds) for name, caller in {**writers, **readers}.items()})
    heads.ended.set()
    heads.join()
    checks.equal(heads.problem, "", "the watcher of checkpoints")
    checks.equal(heads.forks, [], "checkpoints of one size with two roots")
    checks.expect(len(heads.seen) > 10, f"only {len(heads.seen)} checkpoints seen")
    pair.first.reconnect()
    settle(pair.first, checks)
    checks.section("settled")
    books.check_callers(checks, readers)
    books.check_all(pair.first, checks, writers)
    watch.check_watches(pair.first, checks, watches)
    if LONG:
        matters.check_all(pair.first, checks)


def main():
    build = harness.build_folder()
    if not replicas.postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        return 77
    checks = harness.Checks()
    pair = replicas.Replicas(build, port_shift=17000 + 600 * ASYNCHRONOUS,
                             synchronous=not ASYNCHRONOUS)
    try:
        test(pair, checks)
    except Exception:
        traceback.print_exc()
        checks.expect(False, "the test itself broke off")
    finally:
        if checks.failures and not ASYNCHRONOUS:
            harness.show_logs(pair.first)
            harness.show_logs(pair.second)
        codes = pair.close()
        checks.equal([code for code in codes.values() if code], [], "exit codes after SIGTERM")
    if ASYNCHRONOUS:
        noticed = [failure for failure in checks.failures if "gone" in failure or "two roots" in failure]
        print(f"negative control: the loss was noticed {len(noticed)} times")
        return 0 if noticed else 1
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
