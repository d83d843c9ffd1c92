#!/usr/bin/python3
"""Crashes and power cuts under load (rows 1, 2, 3 and 24): nothing acknowledged is lost, nothing
stands half, nothing happens twice, and the books balance. SHIAN_ROUNDS makes it longer."""
import os
import subprocess
import time

import traffic  # noqa: F401  (sets the path)
import books
import county
import harness
from feeds_test import settle

ROUNDS = int(os.environ.get("SHIAN_ROUNDS", 10))
KEEP = [0.0, 0.1, 0.5, 0.9]


def restart(suite, services):
    """Starts them again; gives the seconds until the last one was ready."""
    began = time.monotonic()
    suite.start(*services)
    return time.monotonic() - began


def check_kills(suite, checks, random):
    """Each service is killed at random moments, one after the other."""
    slowest = 0.0
    for service in suite.ports:
        for _ in range(ROUNDS):
            time.sleep(random.uniform(0.02, 0.25))
            suite.kill(service)
            slowest = max(slowest, restart(suite, [service]))
        checks.section(f"{service} was killed {ROUNDS} times")
    print(f"slowest restart: {slowest:.2f} s")


def cut_power(suite, checks, random, keep):
    """All five lose their power at one moment; gives the bytes of what they had not synced."""
    for service in suite.ports:
        suite.processes[service].kill()
    for service in suite.ports:
        suite.processes.pop(service).wait()
    unsynced = sum(log.stat().st_size for log in suite.state.glob("*/*.unsynced"))
    for service in suite.ports:
        done = subprocess.run([str(suite.build / "tests" / "fault" / "fault_cut_power"),
                               str(suite.state / service / f"{service}.db"), str(keep),
                               str(random.getrandbits(60))], capture_output=True, text=True)
        checks.equal(done.returncode, 0, f"cutting {service}'s power: {done.stderr}")
    return unsynced


def check_cuts(suite, checks, random):
    unsynced = 0
    for number in range(ROUNDS):
        time.sleep(random.uniform(0.1, 0.5))
        unsynced += cut_power(suite, checks, random, KEEP[number % len(KEEP)])
        restart(suite, list(suite.ports))
    # Where everything was synced anyway, cutting the power would prove nothing.
    checks.expect(unsynced > 0, "no cut found anything that was not synced")
    checks.section(f"the power was cut {ROUNDS} times, {unsynced} bytes were not synced")


def test(suite, checks):
    random = harness.seeded_random()
    suite.stop()
    suite.environment["SHIAN_FAULT_DISK"] = "unsynced"
    suite.start()
    county.activate_policies(suite, ["inspection"])
    writers = traffic.start_traffic(suite, random)
    check_kills(suite, checks, random)
    check_cuts(suite, checks, random)
    for writer in writers.values():
        writer.finish()
    print({service: len(writer.acknowledged) for service, writer in writers.items()})
    settle(suite, checks)
    books.check_all(suite, checks, writers)


if __name__ == "__main__":
    harness.run(test, port_shift=12000)
