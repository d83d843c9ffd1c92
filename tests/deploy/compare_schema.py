#!/usr/bin/env python3
"""Holds schema.json against the generated models of a Kubernetes client, field for field.

    tests/deploy/compare_schema.py build

`./dev lint` installs the models from npm; skipped where they are not installed: nothing of the suite
is built or run with them.
"""
import copy
import pathlib
import re
import sys

from schema import SCHEMA

SKIPPED = 77
PACKAGE = "node_modules/@kubernetes/client-node"
PLAIN = {"string": "string", "boolean": "boolean", "integer": "number", "name": "string",
         "port": "number", "portOrName": "IntOrString", "path": "string", "cidr": "string",
         "quantity": "string"}
# What is narrower here than in the API, on purpose.
NARROWER = {("PodDisruptionBudgetSpec", "maxUnavailable"),
            ("PodDisruptionBudgetSpec", "minAvailable"),
            ("RollingUpdateDeployment", "maxUnavailable"),
            ("RollingUpdateDeployment", "maxSurge")}


def model_of(folder, name):
    for version in ("V1", "Core", ""):
        path = folder / f"{version}{name}.js"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            return dict(re.findall(r'"baseName": "(\w+)",\s+"type": "([^"]+)"', text))
    return None


def theirs(wanted, types):
    """A type of schema.json in the words of the models."""
    if wanted.startswith("["):
        return f"Array<{theirs(wanted[1:-1], types)}>"
    if wanted.startswith("{"):
        return "{ [key: string]: %s; }" % theirs(wanted[1:-1], types)
    return PLAIN.get(wanted) or (f"V1{wanted}" if wanted in types else "string")


def differences(folder, types):
    for name, fields in types.items():
        model = model_of(folder, name)
        for field, wanted in fields.items():
            field = field.rstrip("!")
            found = None if model is None else model.get(field)
            if found != theirs(wanted, types) and (found is None or (name, field) not in NARROWER):
                yield f"{name}.{field}: {found} there, {theirs(wanted, types)} here"


def missed(folder):
    """Mistakes that a hand could make in schema.json and that would not be seen."""
    for name, old, new, wanted in [("StatefulSetSpec", "replicas", "replica", "integer"),
                                   ("CronJobSpec", "suspend", "suspended", "boolean"),
                                   ("ServiceSpec", "publishNotReadyAddresses", None, "string"),
                                   ("PodSpec", "volumes", None, "Volume"),
                                   ("Volume", "ephemeral", None, "EmptyDirVolumeSource")]:
        types = copy.deepcopy(SCHEMA["types"])
        del types[name][old]
        types[name][new or old] = wanted
        if not any(line.startswith(f"{name}.{new or old}:") for line in differences(folder, types)):
            yield f"{name}.{new or old} of {wanted} is taken for right"


def main():
    folder = pathlib.Path(sys.argv[1]) / "tools" / PACKAGE / "dist/gen/models"
    if not folder.is_dir():
        print("skipped: ./dev lint installs @kubernetes/client-node")
        return SKIPPED
    wrong = [*differences(folder, SCHEMA["types"]), *missed(folder)]
    print("\n".join(wrong + [f"{len(SCHEMA['types'])} types, {len(wrong)} differences"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
