#!/usr/bin/python3
"""Crashes, power cuts and failing disks under load (rows 1, 2, 3, 6 and 24), after the whole main job was
done: nothing acknowledged is lost, nothing stands half, nothing happens twice, and the books balance.
SHIAN_ROUNDS makes it longer, SHIAN_STORE_MIB its stores larger."""
import os
import sqlite3
import subprocess
import time

import traffic
import books
import done
import harness
import matters
from feeds_test import settle

ROUNDS = int(os.environ.get("SHIAN_ROUNDS", 10))
KEEP = [0.0, 0.1, 0.5, 0.9]
READY_SECONDS_MAX = 2.0
# How often a call to each service's disk fails, which one at most, and how long it is waited for.
FAILING, CALLS_MAX, FAILING_SECONDS = max(2, ROUNDS // 4), 300, 2
# How a process ends whose store failed: while it serves, or before it did.
STORE_FAILED = (70, 1)
# How large each store is made before it is killed; 0: as it is.
STORE_MIB = int(os.environ.get("SHIAN_STORE_MIB", 0))


def restart(suite, services):
    """Starts them again; gives the seconds until the last one was ready."""
    began = time.monotonic()
    suite.start(*services)
    return time.monotonic() - began


def check_kills(suite, checks, random):
    """Each service is killed at random moments, one after the other."""
    seconds = []
    for service in suite.ports:
        enlarge(suite, service)
        for _ in range(ROUNDS):
            time.sleep(random.uniform(0.02, 0.25))
            suite.kill(service)
            seconds.append(restart(suite, [service]))
        checks.section(f"{service} was killed {ROUNDS} times")
    seconds.sort()
    p99 = seconds[int((len(seconds) - 1) * 0.99)]  # of few, the last but one
    print(f"ready after {seconds[len(seconds) // 2]:.2f} s, p99 {p99:.2f} s, at most {seconds[-1]:.2f} s")
    checks.expect(p99 < READY_SECONDS_MAX, f"ready only after {p99:.2f} s")


def enlarge(suite, service):
    """Adds a table that nobody reads, until the file is as large as a county's after years."""
    store = suite.state / service / f"{service}.db"
    missing = (STORE_MIB << 20) - store.stat().st_size
    if missing <= 0:
        return
    suite.stop(service)
    connection = sqlite3.connect(store)
    connection.execute("CREATE TABLE ballast (bytes BLOB)")
    connection.executemany("INSERT INTO ballast VALUES (zeroblob(1 << 20))",
                           [()] * (missing >> 20))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    suite.start(service)


def cut_power(suite, checks, random, keep, services=None):
    """All five lose their power at one moment, or those named; gives the bytes of what they had not
    synced."""
    services = services or list(suite.ports)
    for service in services:
        suite.processes[service].kill()
    for service in services:
        suite.processes.pop(service).wait()
    unsynced = sum(log.stat().st_size for service in services
                   for log in (suite.state / service).glob("*.unsynced"))
    for service in services:
        cut = subprocess.run([str(suite.build / "tests" / "fault" / "fault_cut_power"),
                               str(suite.state / service / f"{service}.db"), str(keep),
                               str(random.getrandbits(60))], capture_output=True, text=True)
        checks.equal(cut.returncode, 0, f"cutting {service}'s power: {cut.stderr}")
    return unsynced


def check_failing_disk(suite, checks, random):
    """The n-th call of a service to its disk fails, that one alone or all from it on: while it starts,
    within a write, within a checkpoint. Whatever it does then, its power goes."""
    ended = 0
    for service in suite.ports:
        for _ in range(FAILING):
            call = f"fail:{random.randint(1, CALLS_MAX)}{random.choice(['', '+'])}"
            suite.kill(service)
            suite.environment["SHIAN_FAULT_DISK"] = f"unsynced,{call}"
            try:
                suite.start(service)
            except RuntimeError:
                checks.expect(suite.processes[service].poll() is not None,
                              f"{service}, {call}: neither ready nor ended")
            finally:
                suite.environment["SHIAN_FAULT_DISK"] = "unsynced"
            code = ended_by_itself(suite.processes[service])
            checks.expect(code in (None, *STORE_FAILED), f"{service}, {call}: ended with {code}")
            ended += code is not None
            cut_power(suite, checks, random, 0.0, [service])
            restart(suite, [service])
        checks.section(f"{FAILING} calls of {service} to its disk failed")
    checks.expect(ended > 0, "no process ended for a call that failed, so none may have failed")


def ended_by_itself(process):
    """The exit code, or nothing when it lives on after a while."""
    until = time.monotonic() + FAILING_SECONDS
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return process.poll()


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
    suite.environment["SHIAN_FAULT_DISK"] = "unsynced"
    done.begin(suite)
    checks.section("begun after the main job")
    writers = traffic.start_traffic(suite, random)
    check_kills(suite, checks, random)
    check_failing_disk(suite, checks, random)
    check_cuts(suite, checks, random)
    for writer in writers.values():
        writer.finish()
    print({service: len(writer.acknowledged) for service, writer in writers.items()})
    settle(suite, checks)
    books.check_all(suite, checks, writers)
    matters.check_all(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=12000, start=False)
