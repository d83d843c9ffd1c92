#!/usr/bin/env python3
"""Holds schema.json against the generated models of a Kubernetes client. To be run by hand when a
field is added:

    npm install --prefix DIR @kubernetes/client-node@1.4.0
    tests/deploy/compare_schema.py DIR/node_modules/@kubernetes/client-node/dist/gen/models
"""
import pathlib
import re
import sys

from schema import SCHEMA

PLAIN = {"string": "string", "boolean": "boolean", "integer": "number", "name": "string",
         "port": "number", "portOrName": "IntOrString", "path": "string", "cidr": "string",
         "quantity": "string"}
# What is narrower here than in the API, on purpose.
NARROWER = {("PodDisruptionBudgetSpec", "maxUnavailable"),
            ("PodDisruptionBudgetSpec", "minAvailable")}


def model_of(folder, name):
    for version in ("V1", "Core", ""):
        path = folder / f"{version}{name}.js"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            return dict(re.findall(r'"baseName": "(\w+)",\s+"type": "([^"]+)"', text))
    return None


def theirs(wanted):
    """A type of schema.json in the words of the models."""
    if wanted.startswith("["):
        return f"Array<{theirs(wanted[1:-1])}>"
    if wanted.startswith("{"):
        return "{ [key: string]: %s; }" % theirs(wanted[1:-1])
    return PLAIN.get(wanted) or (f"V1{wanted}" if wanted in SCHEMA["types"] else "string")


def main():
    folder = pathlib.Path(sys.argv[1])
    wrong = 0
    for name, fields in SCHEMA["types"].items():
        model = model_of(folder, name)
        for field, wanted in fields.items():
            field = field.rstrip("!")
            found = None if model is None else model.get(field)
            if found != theirs(wanted) and (found is None or (name, field) not in NARROWER):
                print(f"{name}.{field}: {found} there, {theirs(wanted)} here")
                wrong += 1
    print(f"{len(SCHEMA['types'])} types, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
