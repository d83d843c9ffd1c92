#!/usr/bin/env python3
"""Every query of every dashboard and rule on a real Prometheus that scrapes the running suite.

The suite gets a part of the sample county and some calls. Then each dashboard query must give a number,
each metric that a rule names must be there, and no alert may be raised. At the end one service is
killed, and its alert must begin.

Run: tests/monitoring/live_test.py BUILD
"""
import json
import pathlib
import re
import shutil
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path[:0] = [str(SOURCE / "tests" / "e2e"), str(SOURCE / "tests" / "contract")]
sys.dont_write_bytecode = True

from client import PORTS, Refused  # noqa: E402
from google.protobuf import descriptor_pb2  # noqa: E402
from prometheus import SHIPPED, Prometheus  # noqa: E402
from story import importing, prepare  # noqa: E402
from story.world import Narrator, World, until  # noqa: E402
from suite import Suite  # noqa: E402

SKIPPED = 77
PORT_SHIFT = 20000
PROMETHEUS_PORT = 7490 + PORT_SHIFT
METRIC = re.compile(r"\b(?:service:shian_\w+:\w+|shian_\w+|grpc_server_\w+|up)\b")
SELECTOR = re.compile(r"\b(service:shian_\w+:\w+|shian_\w+)(?:\{([^}]*)\})?")
GROUPED = re.compile(r"by \(([^)]*)\)")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
DASHBOARDS = SOURCE / "deploy" / "grafana" / "dashboards"
# Not streams, but as long as their input: kept out of the latency objective with them.
LONG = {"ImportDocument", "AdvanceTo", "EvaluatePolicy", "RateOperators"}
ROUNDS = 20
# These may begin on a machine that is busy with other tests; they must not get as far as firing.
BUSYNESS = {"ShianLatencyHigh", "ShianCommitsSlow", "ShianStoreRoomShrinking"}


def load(world):
    """Imports, reads and refusals, so that every service has something to show."""
    prepare.activate_policies(world)
    for kind, file in (("operators", "farms.csv"), ("inspectors", "inspectors.csv"),
                       ("laboratories", "laboratories.csv")):
        importing.run_import(world, kind, world.county / file)
    events = sorted((world.county / "events").iterdir())[0]
    importing.run_import(world, "events", events)
    world.suite.wait_feeds()
    for _ in range(ROUNDS):
        for service in PORTS:
            world.ask("shian.common.v1.ClockService/GetClock", service=service)
            world.ask("shian.policy.v1.PolicyService/ListPolicies", {"page_size": 5}, service=service)
        world.ask("shian.sanction.v1.ScreeningService/Screen", {
            "subjects": [{"client_ref": "a", "name": "不在名单上的单位"}],
            "purpose": "PURPOSE_PROCUREMENT"}, system="housing-fund")
    refuse(world, "shian.registry.v1.OperatorService/GetOperator", {"name": "operators/nobody"})
    refuse(world, "shian.registry.v1.OperatorService/ListOperators", {"page_size": -1})


def refuse(world, path, request):
    try:
        world.ask(path, request)
    except Refused:
        return
    raise AssertionError(f"{path} was not refused")


def queries():
    """(dashboard, panel, expression with its variables filled) of every dashboard."""
    for path in sorted(DASHBOARDS.glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                text = target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")
                yield board["title"], panel["title"], text


def check_queries(prometheus):
    count = 0
    for board, panel, expression in queries():
        count += 1
        try:
            if "$" in expression or not prometheus.query(expression):
                yield f"{board} / {panel}: nothing: {expression}"
        except ValueError as error:
            yield f"{board} / {panel}: {error}: {expression}"
    print(f"{count} dashboard queries")


def check_defaults(prometheus):
    """What ends in "or vector(0)" always has a number: its metrics must be there, with each label."""
    asked = set()
    for _, _, expression in queries():
        if "or vector(0)" not in expression:
            continue
        by = {label.strip() for labels in GROUPED.findall(expression) for label in labels.split(",")}
        for name, labels in SELECTOR.findall(expression):
            asked |= {(name, label) for label in by | set(LABEL.findall(labels))}
    for name, label in sorted(asked):
        if not prometheus.query(f'count({name}{{{label}!=""}})'):
            yield f"{name} has no label {label} in the running suite"
    if not asked:
        yield "no dashboard query ends in a number of its own: this check finds none any more"


def check_rules(prometheus):
    rules = prometheus.rules()
    for rule in rules:
        if rule["health"] != "ok":
            yield f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}"
    names = {name for rule in rules for name in METRIC.findall(rule["query"])}
    names |= {rule["name"] for rule in rules if rule["type"] == "recording"}
    for name in sorted(names):
        if not prometheus.query(f"count({name})"):
            yield f"{name}: no such series in the running suite"
    print(f"{len(rules)} rules over {len(names)} metrics")


def check_methods(build):
    """The regular expressions of the rules and dashboards name methods that there are."""
    files = descriptor_pb2.FileDescriptorSet.FromString((build / "shian.binpb").read_bytes())
    methods = [method for file in files.file for service in file.service for method in service.method]
    streams = {m.name for m in methods if m.client_streaming or m.server_streaming}
    left_out = set(re.findall(r'grpc_method!~"([^"]+)"', (SHIPPED / "rules/recording.yml").read_text()))
    if len(left_out) != 1:
        return [f"the latencies leave out different methods: {left_out}"]
    pattern = left_out.pop()
    found = {m.name for m in methods if re.fullmatch(pattern, m.name)}
    problems = [f"{name}: to be left out of the latencies, or not, by mistake"
                for name in found ^ (streams | LONG)]
    texts = {text for _, _, query in queries() for text in re.findall(r'grpc_method=~?"([^"]+)"', query)}
    for part in {part for text in texts for part in text.split("|")}:
        if not any(re.fullmatch(part, m.name) for m in methods):
            problems.append(f"{part}: a dashboard asks for a method that there is not")
    return problems


def check_quiet(prometheus):
    for state in ("pending", "firing"):
        for alert in prometheus.alerts(state):
            if state == "firing" or alert[0] not in BUSYNESS:
                yield f"{' of '.join(alert)} is {state} on a healthy suite"


def check_death(suite, prometheus):
    """The alert's way from a process to Prometheus is whole: it would fire a minute later."""
    suite.kill("trace")
    try:
        until(15, lambda: ("ShianServiceDown", "trace") in prometheus.alerts("pending"), "the alert")
    except AssertionError:
        yield f"trace was killed and nothing was raised: {prometheus.alerts('pending')}"


def settled(prometheus):
    """Three scrapes of each target after the load, and the rules over them."""
    time.sleep(4)
    until(20, lambda: prometheus.query("count(service:shian_request_seconds:p99_5m) == 5"), "rates")


def check(suite, prometheus):
    # A counter that was never seen before it rose shows no rate.
    until(20, lambda: prometheus.query('sum(up{job="shian"}) == 5'), "the first scrapes")
    load(World(suite, Narrator(silent=True), suite.build / "county"))
    settled(prometheus)
    if prometheus.query("shian_no_such_metric") or prometheus.query("0/vector(0)"):
        yield "what is not there, or no number, counts as an answer: the test could not fail"
    yield from check_methods(suite.build)
    yield from check_queries(prometheus)
    yield from check_defaults(prometheus)
    yield from check_rules(prometheus)
    yield from check_quiet(prometheus)
    yield from check_death(suite, prometheus)


def main():
    if shutil.which("prometheus") is None:
        print("prometheus is missing: skipped (Debian package prometheus)")
        return SKIPPED
    began = time.monotonic()
    suite = Suite(sys.argv[1] if len(sys.argv) > 1 else SOURCE / "build", port_shift=PORT_SHIFT)
    prometheus = Prometheus(PROMETHEUS_PORT, {service: (port + 1, suite.ports[service] + 1)
                                              for service, port in PORTS.items()})
    found = []
    try:
        suite.start()
        prometheus.start()
        found += check(suite, prometheus)
    except Exception:
        traceback.print_exc()
        found.append("the test itself broke off")
    finally:
        prometheus.close()
        suite.close()
    for finding in found:
        print(f"FAILED: {finding}")
    print(f"{len(found)} failed, {time.monotonic() - began:.1f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
