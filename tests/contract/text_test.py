#!/usr/bin/python3
"""Text goes in and comes out byte for byte, or it is refused by the name of its field.

One operator for each text field of a row and each text that means something to a database, a shell,
a file system or a screen; then the operator is read. What is not a text of its field (a date, a
code, a kind) must be refused under the field's name, and U+0000 everywhere. At the end all operators
are still there, and a restart has changed nothing.
"""
import collections

import county
import harness
from harness import wire

OPERATORS = "shian.registry.v1.OperatorService"
ATTRIBUTE = "attributes"
# Fields whose text is kept as it is; the others have a form of their own.
FREE = ("source_id", "title", "office", "address", "town", "licence_scope", ATTRIBUTE)
# Kept without spaces and in upper case, as codes are; and numbers by their value.
CODES, NUMBERS = ("licence_number",), ("floor_area_m2", "diners")
# Kept, and shown to nobody in full.
HIDDEN = ("principal", "principal_identity_number")
TEXTS = {
    "quotes": "'\"`; DROP TABLE operator; --",
    "sql": "x' OR '1'='1' UNION SELECT 1 --",
    "parameters": "$1 ?1 :a @b %s%n {0} ${HOME} $(id)",
    "path": "../../../../etc/passwd\\..\\..",
    "address": "file:///etc/passwd?mode=rwc#x",
    "name": "operators/../operators/2",
    "like": "%_[a-z]*?",
    "markup": "<script>alert(1)</script>&amp;",
    "formula": "=HYPERLINK(\"x\")+1",
    "words": "NULL",
    "zeros": "0012",
    "number": "1e3",
    "blob": "x'00'",
    "rare": "\U00020bb7\u9fa5\u00e9\U0001f600",
}
REFUSED = {
    "nul": "a\0b",
    "nul at the end": "a\0",
    "escape": "a\x1b[2J",
    "line": "a\nb",
    "override": "a\u202eb",
    "zero width": "a\u200bb",
    "mark": "\ufeffa",
}


def text_fields():
    row = wire.PROTOS.message("shian.registry.v1.OperatorRow").DESCRIPTOR
    names = [f.name for f in row.fields if f.type == f.TYPE_STRING and f.label != f.LABEL_REPEATED]
    return [*names, ATTRIBUTE]


def rows(random, texts):
    """(field, name of the text, row): a good row but for one field."""
    out = []
    good = iter(county.operator_rows(random, 3 * len(text_fields()) * len(texts)))
    for field in text_fields():
        for name, text in texts.items():
            row = next(one for one in good if one["form"] == "企业")
            row["licence_number"], row["licence_from"] = "", ""
            row[field] = [{"key": "ambient_sku", "value": text}] if field == ATTRIBUTE else text
            if field.startswith("licence_"):
                row = {"licence_number": f"豫食监{len(out):06d}号", "licence_from": "2024-03-01", **{
                    key: value for key, value in row.items()
                    if key not in ("licence_number", "licence_from") or key == field}}
            out.append((field, name, row))
    return out


def kept_form(field, text):
    if field in CODES:
        return "".join(text.split()).encode().upper().decode()  # ASCII letters alone
    return str(int(text)) if field in NUMBERS and text.isdigit() else text


def texts_in(value):
    """Every text of an answer."""
    if isinstance(value, dict):
        return {text for part in value.values() for text in texts_in(part)}
    if isinstance(value, list):
        return {text for part in value for text in texts_in(part)}
    return {value} if isinstance(value, str) else set()


def named(field, violations):
    return any(field in violation.get("field", "") for violation in violations)


def check_kept(suite, checks, cases, verdicts):
    """Gives how many texts of each field came back."""
    kept = collections.Counter()
    for (field, name, row), verdict in zip(cases, verdicts):
        what = f"{field} with {name}"
        text = row[field][0]["value"] if field == ATTRIBUTE else row[field]
        if verdict["outcome"] == "ROW_OUTCOME_INVALID":
            checks.expect(named(field, verdict["violations"]), f"{what}: {verdict['violations']}")
            continue
        answer = suite.client("ctl").call(f"{OPERATORS}/GetOperator", {"name": verdict["name"]})
        found = texts_in(answer["operator"])
        if field in HIDDEN:
            checks.expect(text not in found, f"{what} is shown in full")
        else:
            checks.expect(kept_form(field, text) in found,
                          f"{what}: {text!r} is not in {answer['operator']}")
        kept[field] += 1
    return kept


def check_refused(checks, cases, verdicts):
    for (field, name, _), verdict in zip(cases, verdicts):
        what = f"{field} with {name}"
        if checks.equal(verdict["outcome"], "ROW_OUTCOME_INVALID", what):
            checks.expect(named(field, verdict["violations"]), f"{what}: {verdict['violations']}")


def check_envelope(suite, checks):
    """The texts beside the rows: where the file comes from and whose it is."""
    unused = (row for row in reversed(county.operator_rows(harness.random.Random(1), 3000))
              if row["form"] == "企业")
    for field in ("origin", "authority"):
        for name, text in {**TEXTS, **REFUSED}.items():
            row = next(unused)
            chunk = {**next(county.chunks([row], county.uuid.uuid4())), field: text}
            stream = county.ImportStream(suite.client("ctl"), county.IMPORT_OPERATORS)
            try:
                verdict = stream.send(chunk)["verdicts"][0]
                stream.end()
            except wire.Refused as refused:
                fields = refused.status.get("fields", {})
                checks.expect(any(field in one for one in fields), f"{field} with {name}: {refused}")
                continue
            checks.expect(name in TEXTS and "name" in verdict, f"{field} with {name}: {verdict}")
            answer = suite.client("ctl").call(f"{OPERATORS}/GetOperator", {"name": verdict["name"]})
            checks.equal(answer["operator"]["provenance"][field], text, f"{field} with {name}")


def names_now(suite):
    names, page = [], ""
    while True:
        answer = suite.client("ctl").call(f"{OPERATORS}/ListOperators", {
            "region": county.REGION, "page_size": 500, "page_token": page})
        names += [operator["name"] for operator in answer.get("operators", [])]
        page = answer.get("next_page_token", "")
        if not page:
            return sorted(names)


def test(suite, checks):
    random = harness.seeded_random()
    suite.start("registry")
    cases = rows(random, TEXTS)
    verdicts = county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS,
                                  [row for _, _, row in cases])
    checks.section(f"{len(cases)} rows with texts")
    kept = check_kept(suite, checks, cases, verdicts)
    print("kept:", ", ".join(f"{field} {count}" for field, count in kept.most_common()))
    for field in FREE:
        checks.expect(kept[field] >= len(TEXTS) // 2, f"{field}: {kept[field]} texts were kept")
    bad = rows(random, REFUSED)
    checks.section(f"{len(bad)} rows with texts that no field may have")
    check_refused(checks, bad, county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS,
                                                  [row for _, _, row in bad]))
    checks.section("origin and authority")
    check_envelope(suite, checks)
    before = names_now(suite)
    checks.expect(set(before) >= {v["name"] for v in verdicts if "name" in v}, "operators are gone")
    checks.section("after a crash")
    suite.crash("registry")
    check_kept(suite, checks, cases, verdicts)
    checks.equal(names_now(suite), before, "the operators after a crash")


if __name__ == "__main__":
    harness.run(test, port_shift=19000, start=False)
