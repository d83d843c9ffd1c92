#!/usr/bin/python3
"""Two replicas of each service over a primary and its synchronous standby, under load: the primary is
killed and the standby promoted. No acknowledged write is lost, none is doubled, no log forks.
SHIAN_ROUNDS makes it longer."""
import os
import sys
import threading
import time
import traceback

import books
import county
import harness
import replicas
import traffic
from client import Client
from feeds_test import settle
from suite import SERVICES

ROUNDS = int(os.environ.get("SHIAN_ROUNDS", 3))
QUIET_SECONDS = 1.0  # of writes before and after each failover
AWAY_SECONDS_MAX = 20.0


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
        except traffic.Refused:
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


def test(pair, checks):
    random = harness.seeded_random()
    pair.start()
    checks.section("two replicas of five services are ready")
    county.activate_policies(pair.first, ["inspection"])
    heads = Heads([pair.first, pair.second])
    heads.start()
    # The callers balance between the replicas themselves.
    alone, pair.first.ports = pair.first.ports, pair.both
    writers = traffic.start_traffic(pair.first, random)
    away = [fail_over(pair.first.cluster, checks, writers) for _ in range(ROUNDS)]
    time.sleep(QUIET_SECONDS)
    for writer in writers.values():
        writer.finish()
    pair.first.ports = alone
    print(f"time to the next acknowledged write: {', '.join(f'{seconds:.2f}' for seconds in away)} s")
    print({service: len(writer.acknowledged) for service, writer in writers.items()})
    heads.ended.set()
    heads.join()
    checks.equal(heads.problem, "", "the watcher of checkpoints")
    checks.equal(heads.forks, [], "checkpoints of one size with two roots")
    checks.expect(len(heads.seen) > 10, f"only {len(heads.seen)} checkpoints seen")
    pair.first.reconnect()
    settle(pair.first, checks)
    books.check_all(pair.first, checks, writers)


def main():
    build = harness.build_folder()
    if not replicas.postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        return 77
    checks = harness.Checks()
    pair = replicas.Replicas(build, port_shift=17000)
    try:
        test(pair, checks)
    except Exception:
        traceback.print_exc()
        checks.expect(False, "the test itself broke off")
    finally:
        if checks.failures:
            harness.show_logs(pair.first)
            harness.show_logs(pair.second)
        codes = pair.close()
        checks.equal([code for code in codes.values() if code], [], "exit codes after SIGTERM")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
