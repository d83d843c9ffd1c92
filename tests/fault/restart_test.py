#!/usr/bin/python3
"""Restarts in any order (row 18), drains (row 19) and jumping clocks (row 17), under load."""
import os
import pathlib
import signal
import time

import traffic
import books
import county
import harness
from feeds_test import settle

ORDERS = int(os.environ.get("SHIAN_ROUNDS", 4))
DRAINS = 3
DRAIN_SECONDS = 12


def check_orders(suite, checks, random):
    """All are stopped and started in random order, then one after the other; no call fails."""
    for number in range(ORDERS):
        order = random.sample(list(suite.ports), len(suite.ports))
        if number % 2 == 0:
            suite.stop()
            for service in order:
                suite.start(service)
        else:
            for service in order:
                codes = suite.stop(service)
                checks.equal(codes, {service: 0}, "exit code")
                suite.start(service)
                time.sleep(random.uniform(0, 0.2))
        checks.section(f"restarted in the order {', '.join(order)}")


def check_drain(suite, checks):
    """SIGTERM under load: accepted calls are answered or told, and the process ends in time."""
    for _ in range(DRAINS):
        time.sleep(0.3)
        began = time.monotonic()
        codes = suite.stop("inspection")
        took = time.monotonic() - began
        checks.equal(codes, {"inspection": 0}, "exit code of a drain")
        checks.expect(took < DRAIN_SECONDS, f"the drain took {took:.1f} s")
        suite.start("inspection")
    suite.stop("inspection")
    write = suite.arguments
    suite.arguments = lambda service: slow_drain(write(service))
    suite.start("inspection")
    suite.arguments = write
    process = suite.processes.pop("inspection")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    checks.expect(process.poll() is None, "a drain that waits for balancers")
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code = process.wait(DRAIN_SECONDS)
    checks.expect(time.monotonic() - began < 1, "the second SIGTERM ends at once")
    checks.equal(code, 128 + signal.SIGTERM, "exit code of the second SIGTERM")
    suite.start("inspection")


def slow_drain(arguments):
    config = pathlib.Path(arguments[-1])
    config.write_text(config.read_text().replace("drain-seconds = 0", "drain-seconds = 8"))
    return arguments


def check_clock(suite, checks, random):
    """The machine's clock jumps; numbers keep their order and both times are kept."""
    library = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
    if library is None:
        print("skipped: libfaketime is not installed")
        return
    clock = suite.state / "clock"
    clock.write_text("+0\n")
    suite.stop("inspection")
    suite.environment.update(LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(clock),
                             FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
    suite.start("inspection")
    for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE",
                 "FAKETIME_DONT_FAKE_MONOTONIC"):
        suite.environment.pop(name)
    suite.reconnect()
    before = heads(suite)
    now = int(time.time())
    token = suite.officer("ZF-clock", iat=now - 1800, nbf=now - 1800, exp=now + 1800)

    def create():
        return suite.client("ctl").call(f"{traffic.DRAWS}/CreateDraw", traffic.DRAW, token,
                                        timeout=5)

    for jump in ("+10m", "-10m", "+0"):
        clock.write_text(jump + "\n")
        for _ in range(3):
            traffic.persist(create)
    clock.write_text("+30d\n")
    checks.refused("OFFICER_TOKEN_EXPIRED", create)
    clock.write_text("+0\n")
    traffic.persist(create)
    checks.expect(heads(suite) > before, "nothing was written while the clock jumped")
    suite.stop("inspection")
    suite.start("inspection")
    suite.reconnect()


def heads(suite):
    return books.one(suite, "inspection", "SELECT count(*) FROM log_entry")


def test(suite, checks):
    random = harness.seeded_random()
    county.activate_policies(suite, ["inspection"])
    writers = traffic.start_traffic(suite, random)
    check_orders(suite, checks, random)
    check_drain(suite, checks)
    checks.section("drained")
    for writer in writers.values():
        writer.finish()
    suite.reconnect()
    settle(suite, checks)
    books.check_all(suite, checks, writers)
    check_clock(suite, checks, random)
    settle(suite, checks)
    books.check_logs(suite, checks)
    books.check_proofs(suite, checks)
    checks.section("clock")


if __name__ == "__main__":
    harness.run(test, port_shift=15000)
