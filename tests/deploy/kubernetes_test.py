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


def check_requests():
    """What make-requests makes is, once a CA has signed, a folder that make-secrets takes."""
    with tempfile.TemporaryDirectory(prefix="shian-requests-") as folder:
        runs = []
        while len(runs) < 2:
            subprocess.run([ROOT / "deploy/pki/make-requests", folder, "laboratory-c"], check=True)
            runs.append({str(path): path.read_bytes() for path in pathlib.Path(folder).rglob("*.key")})
        assert runs[0] == runs[1] and len(runs[0]) == 14, sorted(runs[0])
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=CA", "-keyout", f"{folder}/ca.secret", "-out", f"{folder}/ca.crt"],
                       check=True, capture_output=True)
        for request in pathlib.Path(folder).glob("*.csr"):
            subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", f"{folder}/ca.crt", "-CAkey",
                            f"{folder}/ca.secret", "-copy_extensions", "copy", "-out",
                            request.with_suffix(".crt")], check=True, capture_output=True)
        shown = subprocess.run(["openssl", "x509", "-in", f"{folder}/ctl.crt", "-noout", "-text"], check=True,
                               capture_output=True, text=True).stdout
        for wanted in ("URI:urn:shian:system:ctl, DNS:ctl.shian.internal", "TLS Web Client Authentication"):
            assert wanted in shown, wanted
        command = [KUBERNETES / "make-secrets", folder, "shian"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 1, "no issuer.pub"
        shutil.copy(f"{folder}/ledger/trace.pub", f"{folder}/issuer.pub")
        made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return len([document for document in yaml.safe_load_all(made) if document])


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


def check_digest():
    """An image may be pinned, and a login for its registry named."""
    digest = "sha256:" + 64 * "a"
    with tempfile.TemporaryDirectory(prefix="shian-kustomize-") as folder:
        shutil.copytree(ROOT / "deploy", pathlib.Path(folder) / "deploy", ignore=shutil.ignore_patterns("dashboards"))
        county = pathlib.Path(folder) / "deploy/kubernetes/overlays/county"
        text = (county / "kustomization.yaml").read_text(encoding="utf-8")
        (county / "login.yaml").write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: every}\n"
                                           "imagePullSecrets: [{name: registry-login}]\n")
        (county / "kustomization.yaml").write_text(
            text.replace("newTag: 0.1.0", f"digest: {digest}") +
            "  - path: login.yaml\n    target: {kind: ServiceAccount}\n")
        objects = render(county)
        check_renderer(str(county), objects)
    named = by_name(objects)
    assert checks.findings(objects, make_secrets()) == []
    assert named["ServiceAccount", "ctl"]["imagePullSecrets"] == [{"name": "registry-login"}]
    (container,) = named["StatefulSet", "trace"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"images.county.example/shian/trace@{digest}", container["image"]


def main():
    secrets = make_secrets()
    assert check_requests() == len(secrets)
    check_refusals()
    check_digest()
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
