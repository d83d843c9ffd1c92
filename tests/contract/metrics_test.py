#!/usr/bin/python3
"""What each process says of itself: /metrics is clean and has rate, errors and duration per RPC."""
import re
import shutil
import subprocess

import harness
from harness import outcome

SAMPLE = re.compile(r'^(\w+)\{([^}]*)\} (\S+)$', re.M)
BUCKET_LABELS_MAX = 3  # grpc_service, grpc_method, le
CLOCK = ("shian.common.v1.ClockService", "GetClock")


def series(text, name):
    """{labels as a frozenset of pairs: value} of one metric."""
    return {frozenset(re.findall(r'(\w+)="([^"]*)"', labels)): float(value)
            for found, labels, value in SAMPLE.findall(text) if found == name}


def value(text, name, **labels):
    return series(text, name).get(frozenset(labels.items()))


def check_promtool(suite, checks, process):
    if shutil.which("promtool") is None:
        print("promtool is missing: skipped (Debian package prometheus)")
        return
    done = subprocess.run(["promtool", "check", "metrics"], input=suite.metrics(process),
                          capture_output=True, text=True)
    checks.expect(done.returncode == 0 and not done.stderr.strip(),
                  f"{process}: promtool: {done.stderr.strip()[:500]}")


def check_every_method(suite, checks, process):
    """Each RPC has its three series from the start, before its first call."""
    text = suite.metrics(process)
    handled = series(text, "grpc_server_handled_total")
    seconds = series(text, "grpc_server_handling_seconds_count")
    for method in harness.methods_of(suite.build, process):
        service, name = method.path.split("/")
        labels = {("grpc_service", service), ("grpc_method", name)}
        codes = {dict(key)["grpc_code"] for key in handled if labels <= key}
        checks.equal(len(codes), 17, f"{process}: codes counted for {method.path}")
        checks.expect(frozenset(labels) in seconds, f"{process}: no duration of {method.path}")


def counts_of(suite, process):
    service, method = CLOCK
    text = suite.metrics(process)
    labels = {"grpc_service": service, "grpc_method": method}
    codes = ("OK", "INVALID_ARGUMENT")
    counted = [value(text, "grpc_server_handled_total", grpc_code=code, **labels) for code in codes]
    return (*counted, value(text, "grpc_server_handling_seconds_count", **labels))


def check_counting(suite, checks, process):
    """One good call and one refused by its handler move exactly their own counters."""
    method = next(m for m in harness.services_of(suite.build, process)[CLOCK[0]]
                  if m.path == "/".join(CLOCK))
    channel = suite.client("ctl").channel(process)
    before = counts_of(suite, process)
    outcome(method, channel)
    outcome(method, channel, timeout=None)  # refused: no deadline
    after = counts_of(suite, process)
    checks.equal([b - a for a, b in zip(before, after)], [1, 1, 2],
                 f"{process}: OK, INVALID_ARGUMENT and duration counted")


def check_names(suite, checks, process):
    """Names have units; labels come from closed sets, so a page stays small."""
    text = suite.metrics(process)
    for name in ("grpc_server_in_flight", "shian_build_info", "shian_shed_total"):
        checks.expect(re.search(rf"^{name}\b", text, re.M), f"{process}: no {name}")
    own = {found for found, _, _ in SAMPLE.findall(text)}
    for name in own:
        checks.expect(name.startswith(("grpc_server_", "shian_", "process_", "exposer_")),
                      f"{process}: {name} has none of our prefixes")


def test(suite, checks):
    for check in (check_promtool, check_every_method, check_counting, check_promtool, check_names):
        checks.section(check.__name__)
        for process in suite.ports:
            check(suite, checks, process)


if __name__ == "__main__":
    harness.run(test, port_shift=9000)
