#!/usr/bin/env python3
"""What can be known without a running suite: promtool's checks and tests, and that nothing is left out.

Every alert fires in one case and stays quiet in another, has a paragraph in the runbook and texts in
both languages; the committed dashboards are what their source gives.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
PROMETHEUS = SOURCE / "deploy" / "prometheus"
GRAFANA = SOURCE / "deploy" / "grafana"
sys.path[:0] = [str(GRAFANA), str(SOURCE / "tests" / "deploy")]
sys.dont_write_bytecode = True
SKIPPED = 77
ALERTS_MIN = 10

import generate  # noqa: E402

try:
    from render import render  # noqa: E402
except ImportError:
    print("skipped: needs the Debian package python3-yaml")
    sys.exit(SKIPPED)


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)
    return [] if done.returncode == 0 else [f"promtool {arguments[0]} {arguments[1]}: "
                                            f"{done.stdout}{done.stderr}"]


def check_promtool():
    for config in ("prometheus.yml", "kubernetes.yml"):
        yield from promtool("check", "config", PROMETHEUS / config)
    for cases in sorted(HERE.glob("alerts_*_test.yml")):
        yield from promtool("test", "rules", cases)


def check_alerts():
    rules = (PROMETHEUS / "rules" / "alerts.yml").read_text(encoding="utf-8")
    cases = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("alerts_*_test.yml"))
    runbook = re.findall(r"^## (\w+)\n\S", (PROMETHEUS / "runbook.md").read_text(), re.M)
    alerts = dict(re.findall(r"- alert: (\w+)\n(.*?)(?=\n\n|\Z)", rules, re.S))
    if len(alerts) < ALERTS_MIN or len(alerts) != rules.count("- alert:"):
        yield f"{len(alerts)} alerts were read"
    for name, text in alerts.items():
        if not re.search(rf"- alertname: {name}\n +eval_time: \w+\n +exp_alerts:\n", cases):
            yield f"{name}: no case in which it fires"
        if f"{{alertname: {name}, eval_time" not in cases:
            yield f"{name}: no case in which it stays quiet"
        if f"runbook: deploy/prometheus/runbook.md#{name.lower()}" not in text:
            yield f"{name}: no link to its paragraph of the runbook"
        if not re.search(r"severity: (critical|warning)\}", text):
            yield f"{name}: no severity"
        if not re.search(r'summary: ".*[\u4e00-\u9fff]', text) or "description: " not in text:
            yield f"{name}: a Chinese summary and an English description are wanted"
    for name in set(alerts) ^ set(runbook):
        yield f"{name}: in the rules or in the runbook, not in both"


def places_that_are_not(runbook):
    """What the runbook sends its reader to, [dashboard → section], is there."""
    boards = tomllib.loads((GRAFANA / "dashboards.toml").read_text(encoding="utf-8"))
    there = {"总览": {section["title"] for section in boards["suite"]},
             "服务": {section["title"] for section in boards["common"]}}
    for place in re.findall(r"\[([^\]\n]+)\](?!\()", runbook):
        board, _, section = place.partition(" → ")
        if section not in there.get(board, ()):
            yield f"runbook.md: no such place: [{place}]"


def check_places():
    yield from places_that_are_not((PROMETHEUS / "runbook.md").read_text(encoding="utf-8"))


def check_targets():
    """kubernetes.yml names the pods, ports and namespace that the county's overlay renders."""
    objects = render(SOURCE / "deploy" / "kubernetes" / "overlays" / "county")
    yield from targets_differ((PROMETHEUS / "kubernetes.yml").read_text(encoding="utf-8"), objects)


def targets_differ(config, objects):
    """By its name in DNS: POD.SERVICE.NAMESPACE.svc of a StatefulSet's one pod, and its metrics port."""
    wanted = set()
    for entry in objects:
        if entry["kind"] == "StatefulSet":
            (container,) = entry["spec"]["template"]["spec"]["containers"]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            name, space = entry["metadata"]["name"], entry["metadata"]["namespace"]
            wanted.add((f"{name}-0.{entry['spec']['serviceName']}.{space}.svc:{ports['metrics']}", name))
    found = set(re.findall(r"targets: \[([^\]]+-0\.[^\]]+)\]\n +labels: \{service: (\w+)\}", config))
    for address, service in sorted(wanted - found):
        yield f"kubernetes.yml does not scrape {service} at {address}"
    for address, service in sorted(found - wanted):
        yield f"kubernetes.yml scrapes {service} at {address}, which deploy/kubernetes does not render"


def check_mistakes():
    """Each of these must be found, or the silence above means nothing."""
    for wrong in ("[服务 → 写入]", "[总览]", "[trace → 请求]"):
        if not list(places_that_are_not(f"Look at {wrong}.")):
            yield f"a runbook that sends to {wrong}: not found"
    config = (PROMETHEUS / "kubernetes.yml").read_text(encoding="utf-8")
    objects = render(SOURCE / "deploy" / "kubernetes" / "overlays" / "county")
    for old, new in (("shian-410902", "shian"), ("trace-0.", "trace-1."), (":7451", ":7450"),
                     ("trace-pods", "trace"), ("{service: trace}", "{service: credit}")):
        changed = config.replace(old, new)
        if changed == config or not list(targets_differ(changed, objects)):
            yield f"kubernetes.yml with {new} for {old}: not found"


def check_dashboards():
    made = generate.make_all()
    there = {path.name: path.read_text(encoding="utf-8")
             for path in (GRAFANA / "dashboards").glob("*.json")}
    for name in sorted(set(made) | set(there)):
        if made.get(name) != there.get(name):
            yield f"dashboards/{name} is not what dashboards.toml gives: run deploy/grafana/generate.py"
    if made != generate.make_all():
        yield "the same source gave other bytes"


def main():
    if shutil.which("promtool") is None:
        print("promtool is missing: skipped (Debian package prometheus)")
        return SKIPPED
    found = [*check_promtool(), *check_alerts(), *check_places(), *check_targets(), *check_mistakes(),
             *check_dashboards()]
    for finding in found:
        print(f"FAILED: {finding}")
    print("monitoring rules: all good" if not found else f"{len(found)} FAILED")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
