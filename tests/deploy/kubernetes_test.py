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
from database import parser
from database_mutations import DATABASE_MUTATIONS
from mutations import MUTATIONS
from render import RenderError, render
from ring import RING, ROOT

KUBERNETES = ROOT / "deploy/kubernetes"
COUNTY, DATABASE = "overlays/county", "overlays/database"
RENDERED = ["base", COUNTY, DATABASE]
KUSTOMIZE_MIN = 5  # what `kubectl kustomize` must be to be compared with


def make_secrets(*more):
    """The Secrets that operators bring, made as they make them: from a folder of make-pki."""
    with tempfile.TemporaryDirectory(prefix="shian-pki-") as folder:
        subprocess.run([ROOT / "deploy/pki/make-pki", folder], check=True, capture_output=True)
        made = subprocess.run([KUBERNETES / "make-secrets", folder, "shian", *more], check=True,
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


def check_mutation(objects, secrets, mutation, database):
    name, mutate, expected = mutation
    changed = copy.deepcopy(objects)
    mutate(by_name(changed), changed)
    assert changed != objects, f"{name}: changes nothing"
    found = checks.findings(changed, secrets, database=database)
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


def check_switch(secrets):
    """The commands of deploy/README.md that make a county's overlay, and the database's on top of it."""
    text = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"^```\n(.*?)^```$", text, re.M | re.S))
    statements = re.findall(r"^(?:export NS=|cp -r deploy/|sed -i )(?:[^\n]*(?:\n  |\\\n))*[^\n]*\n", blocks, re.M)
    commands = "".join(statements).replace("410902", "410999")
    assert commands.count("cp -r") == 2, commands
    with tempfile.TemporaryDirectory(prefix="shian-kustomize-") as folder:
        shutil.copytree(ROOT / "deploy", pathlib.Path(folder) / "deploy", ignore=shutil.ignore_patterns("dashboards"))
        subprocess.run(["sh", "-euc", "export REGISTRY=x.example VERSION=1 ISSUER=x\n" + commands], cwd=folder,
                       check=True)
        overlay = pathlib.Path(folder) / "deploy/kubernetes/overlays/shian-410999-database"
        objects = render(overlay)
        check_renderer(str(overlay), objects)
    assert checks.findings(objects, secrets, database=True) == []
    assert by_name(objects)["Deployment", "trace"]["metadata"]["namespace"] == "shian-410999"


def check_scraping(objects):
    """replicas.yml asks DNS for the pods of the database's overlay, at their metrics ports."""
    (scraping,) = yaml.safe_load((ROOT / "deploy/prometheus/replicas.yml").read_text())["scrape_configs"]
    (labelled,) = scraping["relabel_configs"]
    found = {(re.fullmatch(labelled["regex"], name)[1], name, one["port"])
             for one in scraping["dns_sd_configs"] for name in one["names"]}
    wanted = set()
    for entry in objects:
        if entry["kind"] == "Deployment":
            name, space = entry["metadata"]["name"], entry["metadata"]["namespace"]
            (container,) = entry["spec"]["template"]["spec"]["containers"]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            wanted.add((name, f"{name}-pods.{space}.svc", ports["metrics"]))
    assert found == wanted and labelled["target_label"] == "service", f"replicas.yml: {found ^ wanted}"
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "config", ROOT / "deploy/prometheus/replicas.yml"], check=True,
                       capture_output=True)


def main():
    secrets = make_secrets("database")
    of_files = [entry for entry in secrets if not entry["metadata"]["name"].endswith("-database")]
    assert check_requests() == len(of_files) == len(secrets) - len(RING)
    check_refusals()
    check_digest()
    check_switch(secrets)
    wrong, rendered = [], {}
    for folder in RENDERED:
        rendered[folder] = render(KUBERNETES / folder)
        check_renderer(folder, rendered[folder])
        found = checks.findings(rendered[folder], secrets if folder == DATABASE else of_files,
                                folder != "base", folder == DATABASE)
        wrong += [f"{folder}: {line}" for line in found]
    if wrong:
        print("\n".join(wrong))
        return 1
    check_scraping(rendered[DATABASE])
    for mutation in MUTATIONS:
        check_mutation(rendered[COUNTY], of_files, mutation, False)
    of_database = [mutation for mutation in DATABASE_MUTATIONS
                   if parser() or not mutation[2].startswith("libpq ")]
    for mutation in of_database:
        check_mutation(rendered[DATABASE], secrets, mutation, True)
    without = [entry for entry in of_files if entry["metadata"]["name"] != "trace-keys"]
    assert any("no Secret trace-keys" in line for line in checks.findings(rendered[COUNTY], without))
    print(f"{len(MUTATIONS) + len(of_database) + 1} mistakes planted, each was named")
    return 0


if __name__ == "__main__":
    sys.exit(main())
