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

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
PROMETHEUS = SOURCE / "deploy" / "prometheus"
GRAFANA = SOURCE / "deploy" / "grafana"
sys.path[:0] = [str(GRAFANA)]
sys.dont_write_bytecode = True
SKIPPED = 77
ALERTS_MIN = 10

import generate  # noqa: E402


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


def check_targets():
    """kubernetes.yml names the pods, ports and namespace of deploy/kubernetes."""
    base = SOURCE / "deploy" / "kubernetes" / "base"
    targets = re.findall(r"\[(\w+)-0\.\1-pods\.(\w+)\.svc:(\d+)\]\n +labels: \{service: \1\}",
                         (PROMETHEUS / "kubernetes.yml").read_text(encoding="utf-8"))
    if len(targets) != 5:
        yield f"kubernetes.yml: {len(targets)} targets were read"
    for service, namespace, port in targets:
        manifest = (base / f"{service}.yaml").read_text(encoding="utf-8")
        for wanted in (f"serviceName: {service}-pods", f"name: metrics, containerPort: {port}"):
            if wanted not in manifest:
                yield f"kubernetes.yml scrapes {service}, whose manifest has no {wanted!r}"
        if f"namespace: {namespace}\n" not in (base / "kustomization.yaml").read_text():
            yield f"kubernetes.yml: no namespace {namespace}"


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
    found = [*check_promtool(), *check_alerts(), *check_targets(), *check_dashboards()]
    for finding in found:
        print(f"FAILED: {finding}")
    print("monitoring rules: all good" if not found else f"{len(found)} FAILED")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
