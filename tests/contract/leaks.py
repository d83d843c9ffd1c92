"""Searches what operations staff can read for what they must not read.

    assert_no_secrets(suite, {"张三", "410902188001010019", token, ...})

Logs and metrics are kept for years and go to systems that were never meant to hold personal data,
so no name or number of a person, no token and no key may reach them.
"""
import json
import pathlib
import urllib.request

SHORTEST = 2  # one character would be found anywhere
SHOWN = 4     # of a secret in the message: the message lands in a log too
KEY_FILES = ("*.key", "ledger/*.key")


def key_material(pki):
    """The lines of every private key of a PKI folder."""
    lines = set()
    for pattern in KEY_FILES:
        for file in pathlib.Path(pki).glob(pattern):
            lines |= {line for line in file.read_text().split("\n")
                      if len(line) >= 32 and not line.startswith("-----")}
    return lines


def pages(suite):
    """(name, text) of every log file and metrics page."""
    for file in sorted(pathlib.Path(suite.state).rglob("*.log")):
        yield file.name, file.read_text(errors="replace")
    for service, port in suite.ports.items():
        if service in suite.processes:
            address = f"http://127.0.0.1:{port + 1}/metrics"
            with urllib.request.urlopen(address, timeout=10) as answer:
                yield f"{service}/metrics", answer.read().decode(errors="replace")


def find_secrets(suite, secrets):
    """One line for each secret found: the page, its line, and the secret's beginning."""
    wanted = {secret for secret in secrets if len(secret) >= SHORTEST} | key_material(suite.pki)
    forms = {form: secret for secret in wanted for form in (secret, json.dumps(secret)[1:-1])}
    found = []
    for name, text in pages(suite):
        for form, secret in forms.items():
            at = text.find(form)
            if at >= 0:
                found.append(f"{name}:{text.count(chr(10), 0, at) + 1}: '{secret[:SHOWN]}…'")
    return found


def assert_no_secrets(suite, secrets):
    """Raises AssertionError naming where each secret stands first."""
    found = find_secrets(suite, secrets)
    if found:
        raise AssertionError(f"{len(found)} secrets in logs or metrics: " + "; ".join(found[:20]))
