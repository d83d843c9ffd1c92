#!/usr/bin/env python3
"""The manifests of deploy/kubernetes: rendered, checked, and the checks themselves checked.

Nothing here talks to a cluster. Each mutation below is one mistake that somebody could make; the
checks must name it, so that none of them is a check that cannot fail.
"""
import copy
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("skipped: needs the Debian package python3-yaml")
    sys.exit(77)

import checks
from mutations import MUTATIONS
from render import RenderError, render
from ring import ROOT

KUBERNETES = ROOT / "deploy/kubernetes"
RENDERED = ["base", "overlays/county"]
KUSTOMIZE_MIN = 5  # what `kubectl kustomize` must be to be compared with


def make_secrets():
    """The Secrets that operators bring, made as they make them: from a folder of make-pki."""
    with tempfile.TemporaryDirectory(prefix="shian-pki-") as folder:
        subprocess.run([ROOT / "deploy/pki/make-pki", folder], check=True, capture_output=True)
        made = subprocess.run([KUBERNETES / "make-secrets", folder, "shian"], check=True,
                              capture_output=True, text=True)
        refused = subprocess.run([KUBERNETES / "make-secrets", folder + "/none", "shian"],
                                 capture_output=True, check=False)
    assert refused.returncode == 1, "make-secrets takes a folder without keys"
    return [document for document in yaml.safe_load_all(made.stdout) if document]


def kustomize():
    """kubectl's kustomize, when it is of our time."""
    if shutil.which("kubectl") is None:
        return None
    said = subprocess.run(["kubectl", "version", "--client", "-o", "json"], capture_output=True,
                          text=True, check=False).stdout
    version = json.loads(said or "{}").get("kustomizeVersion", "v0")
    if int(re.match(r"v(\d+)", version)[1]) < KUSTOMIZE_MIN:
        return None
    return ["kubectl", "kustomize"]


def by_name(objects):
    return {(entry["kind"], entry["metadata"]["name"]): entry for entry in objects}


def check_renderer(folder, objects):
    command = kustomize()
    if command is None:
        print(f"{folder}: no kustomize of version {KUSTOMIZE_MIN} here; rendered by render.py alone")
        return
    text = subprocess.run([*command, str(KUBERNETES / folder)], capture_output=True, text=True,
                          check=True).stdout
    theirs, ours = by_name(yaml.load_all(text, yaml.SafeLoader)), by_name(objects)
    different = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    assert not different, f"{folder}: kustomize renders otherwise: {different[:5]}"
    print(f"{folder}: {len(ours)} objects, as kustomize renders them")


def check_mutation(objects, secrets, name, mutate, expected):
    changed = copy.deepcopy(objects)
    mutate(by_name(changed), changed)
    assert changed != objects, f"{name}: changes nothing"
    found = checks.findings(changed, secrets)
    assert any(expected in line for line in found), f"{name}: {expected!r} not among {found[:5]}"


def check_refusals():
    """What the renderer must not pass over."""
    wrong = [("resources: [../a.yaml]", "lies outside"), ("namePrefix: x-", "not known"),
             ("labels: [{pairs: {a: b}, includeSelectors: true}]", "only pairs"),
             ("configMapGenerator: [{name: a, behavior: merge, literals: [a=b]}]", "there is 0"),
             ("patches: [{path: p.yaml, target: {kind: Pod}}]", "nothing is patched"),
             ("namespace: a\nnamespace: b", "namespace twice")]
    for text, expected in wrong:
        with tempfile.TemporaryDirectory(prefix="shian-kustomize-") as folder:
            inner = pathlib.Path(folder) / "inner"
            inner.mkdir()
            (pathlib.Path(folder) / "a.yaml").write_text("kind: Namespace\nmetadata: {name: a}\n")
            (inner / "p.yaml").write_text("kind: Pod\n")
            (inner / "kustomization.yaml").write_text(text + "\n")
            try:
                render(inner)
            except RenderError as error:
                assert expected in str(error), f"{text}: {error}"
                continue
        raise AssertionError(f"rendered without complaint: {text}")


def main():
    secrets = make_secrets()
    check_refusals()
    wrong = []
    for folder in RENDERED:
        objects = render(KUBERNETES / folder)
        check_renderer(folder, objects)
        wrong += [f"{folder}: {line}" for line in checks.findings(objects, secrets, folder != "base")]
    if wrong:
        print("\n".join(wrong))
        return 1
    for name, mutate, expected in MUTATIONS:
        check_mutation(objects, secrets, name, mutate, expected)
    without = [entry for entry in secrets if entry["metadata"]["name"] != "trace-keys"]
    assert any("no Secret trace-keys" in line for line in checks.findings(objects, without))
    print(f"{len(MUTATIONS) + 1} mistakes planted, each was named")
    return 0


if __name__ == "__main__":
    sys.exit(main())
