#!/usr/bin/python3
"""Text goes in and comes out byte for byte, or it is refused by the name of its field.

One operator for each text field of a row and each text that means something to a database, a shell,
a file system or a screen; then the operator is read. What is not a text of its field (a date, a
code, a kind) must be refused under the field's name, and U+0000 everywhere. At the end all operators
are still there, and a restart has changed nothing.

The same of what the other services keep: cases, checks and samples, and the events of a chain.
"""
import base64
import collections
import json

import county
import harness
import populated
from harness import wire

OPERATORS = "shian.registry.v1.OperatorService"
CHECKS, CAPTURES = "shian.inspection.v1.CheckService", "shian.trace.v1.CaptureService"
OTHERS = ("inspection", "credit", "sanction", "trace")
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


def file_case(suite, made, field, text):
    """Files a case; gives what reads it back."""
    number = str(county.uuid.uuid4())  # one in its year
    body = {"operator": made.names["operators"], "region": county.REGION, "number": number,
            "cause": "因", "text": "由", **({field: text} if field != "party.name" else {})}
    if field == "party.name":  # of somebody whom no register knows
        body.update(operator=f"operators/unlicensed-{number}", party={"name": text})
    case = suite.client("ctl").call(f"{populated.CASES}/FileCase", body,
                                    made.tokens["ZF0003"])["case"]
    return f"{populated.CASES}/GetCase", case["name"]


def record_check(suite, made, field, text):
    check = {"operator": made.names["operators"], "region": county.REGION,
             "date": {"year": 2025, "month": 3, "day": 3}, "kind": "CHECK_KIND_ROUTINE",
             "result": "CHECK_RESULT_CONFORMING", "counts": {"key_items": 1},
             "inspectors": [made.names["inspectors"], "inspectors/ZF0001"],
             field: [text] if field == "violation_codes" else text}
    made_check = suite.client("ctl").call(f"{CHECKS}/RecordCheck", {"check": check},
                                          made.tokens["ZF0001"])["check"]
    return f"{CHECKS}/GetCheck", made_check["name"]


def take_sample(suite, made, field, text):
    """Plans a sample and takes it."""
    client = suite.client("ctl")
    plan = {"operator": made.names["operators"], "kind": "SAMPLE_KIND_SUPERVISION",
            "laboratory": made.laboratory, "authority_level": "REGION_LEVEL_COUNTY",
            "food_category": "33", "plan": text if field == "plan" else "计划"}
    name = client.call(f"{populated.SAMPLING}/PlanSample", plan,
                       made.tokens["ZF0002"])["sample"]["name"]
    day = {"year": 2025, "month": 2, "day": 6}
    product = {"product_name": "猪肉", "batch": "1", "lot": populated.LOT, "quantity": "4 kg",
               "production_date": day, "shelf_life_end": {**day, "year": 2026},
               "producer_name": "甲厂", "producer_address": "甲地"}
    taking = {"samplers": [made.names["inspectors"], "inspectors/ZF0001"], "notice_shown": True,
              "price_fen": 100, "test_seal": "A1", "backup_seal": "A2"}
    part = taking if field.endswith("_seal") else product
    client.call(f"{populated.SAMPLING}/RecordTaking", {
        "name": name, "product": product, "taking": taking,
        **({} if field == "plan" else {"taking" if part is taking else "product": {
            **part, field: text}})}, made.tokens["ZF0001"])
    return f"{populated.SAMPLING}/GetSample", name


def capture(suite, made, field, text):
    """An event with a member of somebody's own; a field of the event itself or of its master data."""
    event = json.loads(populated.document())
    event["@context"] = [event["@context"], {"own": "https://own.example/"}]
    event["quantityList"][0]["epcClass"] = populated.LOT + str(county.uuid.uuid4())[:8]
    (event if field == "own:note" else event.setdefault("ilmd", {}))[field] = text
    document = base64.b64encode(json.dumps(event, ensure_ascii=False).encode()).decode()
    verdict = suite.client("ctl").call(f"{CAPTURES}/CaptureDocument", {
        "document": document, "provenance": {"origin": "ctl", "authority": county.AUTHORITY,
                                             "attested": True}})["verdicts"][0]["row"]
    if verdict["outcome"] == "ROW_OUTCOME_INVALID":
        raise NotTaken(verdict["violations"])
    return f"{CAPTURES}/GetEvent", verdict["name"]


class NotTaken(Exception):
    """A row was refused; the argument is its violations."""


# Who writes a text, into which fields.
WRITERS = {
    file_case: ("number", "cause", "text", "party.name"),
    record_check: ("remark", "violation_codes"),
    take_sample: ("plan", "product_name", "specification", "brand", "batch", "quantity",
                  "producer_name", "producer_address", "test_seal", "backup_seal"),
    capture: ("own:note", "own:story"),
}


def write(writer, suite, made, field, text):
    """(method that reads it, name), or the names of the fields for which it was refused."""
    try:
        return writer(suite, made, field, text)
    except wire.Refused as refused:
        return list(refused.status.get("fields", {})) or [refused.reason]
    except NotTaken as refused:
        return [violation.get("field", "") for violation in refused.args[0]]


def may_keep(writer, field, name):
    """What is a mark to a screen is part of a chain's event all the same; reasons have lines."""
    return name in TEXTS or (writer is capture and "nul" not in name) or \
        (field in ("text", "remark") and name == "line")


def check_writers(suite, checks, made):
    """Gives (what, method, name, text) of what was kept."""
    kept = []
    for writer, fields in WRITERS.items():
        for field in fields:
            before = len(kept)
            for name, text in {**TEXTS, **REFUSED}.items():
                what = f"{writer.__name__} {field} with {name}"
                answer = write(writer, suite, made, field, text)
                if isinstance(answer, tuple):
                    checks.expect(may_keep(writer, field, name), f"{what} was taken")
                    kept.append((what, *answer, text))
                else:
                    checks.expect(name in REFUSED, f"{what} was refused for {answer}")
                    # Of a document that is no JSON nobody can say which member is wrong.
                    field_named = "document" if writer is capture else field.split(".")[-1]
                    checks.expect(named(field_named, [{"field": one} for one in answer]),
                                  f"{what}: refused for {answer}")
            count = len(kept) - before
            print(f"{writer.__name__}: {count} texts kept in {field}")
            checks.expect(count >= len(TEXTS),
                          f"{writer.__name__}: {count} texts were kept in {field}")
    return kept


def check_written(suite, checks, kept):
    token = suite.officer("ZF0001")
    for what, method, name, text in kept:
        answer = suite.client("ctl").call(method, {"name": name}, token)
        found = texts_in(answer)
        if "event" in answer:
            found |= texts_in(json.loads(answer["event"]["json"]))
        checks.expect(text in found, f"{what}: {text!r} is not in {str(answer)[:2000]}")


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
    test_others(suite, checks)


def registers(suite):
    """A firm, two inspectors and a laboratory, beside the operators with texts."""
    client, made = suite.client("ctl"), populated.Populated()
    row = {**county.operator_row(harness.random.Random(7), 5000), "form": "企业", "status": "存续",
           "code": county.uscc(5000, "1")}
    made.names["operators"] = county.import_rows(client, county.IMPORT_OPERATORS, [row])[0]["name"]
    people = county.import_rows(client, county.IMPORT_INSPECTORS, county.inspector_rows(3))
    made.names["inspectors"] = people[2]["name"]
    made.tokens = {person: suite.officer(person) for person in ("ZF0001", "ZF0002", "ZF0003")}
    laboratory = {"line": 2, "source_id": "L1", "region": county.REGION, "title": "甲食品检验所",
                  "code": county.uscc(9000, "1"), "accreditation": "160020000001", "scopes": "33",
                  "valid_from": "2024-01-01", "valid_to": "2029-12-31"}
    made.laboratory = county.import_rows(
        client, "shian.registry.v1.LaboratoryService/ImportLaboratories", [laboratory])[0]["name"]
    return made


def test_others(suite, checks):
    suite.start(*OTHERS)
    made = registers(suite)
    county.activate_policies(suite)
    suite.wait_feeds()
    checks.section("cases, checks, samples and events")
    kept = check_writers(suite, checks, made)
    check_written(suite, checks, kept)
    checks.section("after a crash")
    suite.crash(*OTHERS)
    check_written(suite, checks, kept)


if __name__ == "__main__":
    harness.run(test, port_shift=19000, start=False)
