#!/usr/bin/python3
"""Restarts in any order (row 18) and drains (row 19), under load: who repeats what was UNAVAILABLE
loses no call."""
import os
import signal
import socket
import time

import grpc

import traffic
import books
import done
import harness
import matters
from feeds_test import settle

ORDERS = int(os.environ.get("SHIAN_ROUNDS", 4))
DRAINS = 3
EXIT_SECONDS_MAX = 12
DRAIN_SECONDS = 3  # as shipped
SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"
# One commit in a hundred takes a second.
SLOW_CALLS = "before_commit=sleep:1s@100*"
SLOW_SECONDS = 0.9


def stop_watched(suite, checks, service):
    """SIGTERM to one service; balancers are told while its port still takes connections."""
    process = suite.processes.pop(service)
    channel = grpc.insecure_channel(f"127.0.0.1:{suite.ports[service] + 2}")
    ask = channel.unary_unary("/grpc.health.v1.Health/Check")
    checks.equal(ask(b"", timeout=5, wait_for_ready=True), SERVING, f"{service} before SIGTERM")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    told = False
    while not told and process.poll() is None:
        try:
            told = ask(b"", timeout=1) == NOT_SERVING and takes_connections(suite, service)
        except grpc.RpcError:
            break
    channel.close()
    checks.expect(told, f"{service} closed its port before it said NOT_SERVING")
    checks.equal(process.wait(EXIT_SECONDS_MAX), 0, f"{service}: exit code")
    return time.monotonic() - began


def takes_connections(suite, service):
    try:
        socket.create_connection(("127.0.0.1", suite.ports[service]), timeout=1).close()
        return True
    except OSError:
        return False


def check_orders(suite, checks, random):
    """All are stopped and started in random order, then one after the other; no call fails."""
    for number in range(ORDERS):
        order = random.sample(list(suite.ports), len(suite.ports))
        if number % 2 == 0:
            checks.equal(set(suite.stop().values()), {0}, "exit codes")
            for service in order:
                suite.start(service)
        else:
            for service in order:
                stop_watched(suite, checks, service)
                suite.start(service)
                time.sleep(random.uniform(0, 0.2))
        checks.section(f"restarted in the order {', '.join(order)}")


def wait_slow(checks, writer):
    """Until a call has taken as long as is ordered for one in a hundred."""
    # What was on its way while the service was away took long for another reason.
    seen, until = len(writer.seconds) + 2, time.monotonic() + 30
    while time.monotonic() < until and not writer.problem:
        if max(writer.seconds[seen:], default=0) > SLOW_SECONDS:
            return
        time.sleep(0.01)
    checks.expect(False, "no call was slow")


def check_drain(suite, checks, random, writer):
    """SIGTERM under load: accepted calls are answered or told, and the process ends in time."""
    suite.stop("inspection")
    suite.environment["SHIAN_FAULTS"] = SLOW_CALLS
    for _ in range(DRAINS):
        suite.start("inspection")
        wait_slow(checks, writer)
        time.sleep(random.uniform(0, 1))
        took = stop_watched(suite, checks, "inspection")
        checks.expect(DRAIN_SECONDS <= took < EXIT_SECONDS_MAX, f"the drain took {took:.1f} s")
    suite.environment["SHIAN_FAULTS"] = ""
    checks.section(f"{DRAINS} drains with slow calls")


def check_second_signal(suite, checks):
    """Who cannot wait sends it twice."""
    suite.drain_seconds = 8
    suite.start("inspection")
    process = suite.processes.pop("inspection")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    checks.expect(process.poll() is None, "a drain that waits for balancers")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(EXIT_SECONDS_MAX)
    checks.expect(time.monotonic() - began < 1, "the second SIGTERM ends at once")
    checks.equal(code, 128 + signal.SIGTERM, "exit code of the second SIGTERM")
    suite.drain_seconds = DRAIN_SECONDS
    suite.start("inspection")


def test(suite, checks):
    random = harness.seeded_random()
    suite.drain_seconds = DRAIN_SECONDS
    done.begin(suite)
    # Its connections are its own, too: gRPC brings them back.
    patience = traffic.Patience(codes=traffic.AWAY, timeout=20, renew=False)
    writers = traffic.start_traffic(suite, random, patience)
    readers = traffic.start_readers(suite, random, writers, patience)
    check_orders(suite, checks, random)
    check_drain(suite, checks, random, writers["inspection"])
    check_second_signal(suite, checks)
    checks.section("drained")
    for caller in (*readers.values(), *writers.values()):
        caller.finish()
    print("sent again after " + ", ".join(f"{code} {count} times" for code, count in patience.met.items()))
    suite.reconnect()
    settle(suite, checks)
    books.check_callers(checks, readers)
    books.check_all(suite, checks, writers)
    matters.check_all(suite, checks)
    suite.drain_seconds = 0


if __name__ == "__main__":
    harness.run(test, port_shift=15000, start=False)
