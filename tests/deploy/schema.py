"""Checks an object's fields, strictly: what schema.json does not name is a fault."""
import ipaddress
import json
import pathlib
import re

SCHEMA = json.loads((pathlib.Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
QUANTITY = re.compile(r"[0-9]+(m|Ki|Mi|Gi|Ti)?")


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_port(value):
    return is_integer(value) and 0 < value < 65536


def is_name(value):
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def is_network(value):
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return isinstance(value, str)


PLAIN = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: is_integer(value) and value >= 0,
    "name": is_name,
    "port": is_port,
    "portOrName": lambda value: is_port(value) or (is_name(value) and len(value) <= 15),
    "path": lambda value: isinstance(value, str) and value.startswith("/"),
    "cidr": is_network,
    "quantity": lambda value: isinstance(value, str) and QUANTITY.fullmatch(value) is not None,
}


def faults(entry):
    """Every fault of one object, as "path: what"."""
    if not isinstance(entry, dict):
        return ["not an object"]
    kind = SCHEMA["kinds"].get(f"{entry.get('apiVersion')}/{entry.get('kind')}")
    if kind is None:
        return [f"apiVersion {entry.get('apiVersion')}, kind {entry.get('kind')}: not known"]
    rest = {key: value for key, value in entry.items() if key not in ("apiVersion", "kind")}
    found = list(of_type(rest, kind, ""))
    if "name" not in (entry.get("metadata") or {}):
        found.append(".metadata.name: missing")
    return found


def of_type(value, wanted, at):
    if wanted.startswith("["):
        yield from of_list(value, wanted[1:-1], at)
    elif wanted.startswith("{"):
        yield from of_map(value, wanted[1:-1], at)
    elif wanted in SCHEMA["types"]:
        yield from of_object(value, SCHEMA["types"][wanted], at)
    elif wanted in PLAIN:
        if not PLAIN[wanted](value):
            yield f"{at}: {value!r} is no {wanted}"
    elif value not in SCHEMA["words"].get(wanted, wanted).split("|"):
        yield f"{at}: {value!r} is none of {wanted}"


def of_list(value, wanted, at):
    if not isinstance(value, list) or not value:
        yield f"{at}: not a list with entries"
        return
    for index, inner in enumerate(value):
        yield from of_type(inner, wanted, f"{at}[{index}]")


def of_map(value, wanted, at):
    if not isinstance(value, dict):
        yield f"{at}: not a map"
        return
    for key, inner in value.items():
        yield from of_type(inner, wanted, f"{at}.{key}")


def of_object(value, fields, at):
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    known = {field.rstrip("!"): wanted for field, wanted in fields.items()}
    for field in fields:
        if field.endswith("!") and field[:-1] not in value:
            yield f"{at}.{field[:-1]}: missing"
    for key, inner in value.items():
        if key not in known:
            yield f"{at}.{key}: unknown field"
        else:
            yield from of_type(inner, known[key], f"{at}.{key}")
