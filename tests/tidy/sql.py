#!/usr/bin/env python3
"""The portable SQL: nothing in a statement or a schema that one of the engines lacks.

Run: tests/tidy/sql.py [ROOT]. Prints one line a finding and exits 1 when there is any. What differs
between engines stands in libs/store/dialect.cc alone.
"""
import pathlib
import re
import subprocess
import sys

# How an engine's own words look, and what stands in their place.
REFUSED = [
    (r"\b(AUTOINCREMENT|SERIAL|BIGSERIAL|GENERATED|NEXTVAL|SEQUENCE)\b(?!\s*(=|,|\)|<|>|\.|INT64|AS|DESC|ASC|LIMIT|FROM|IN\b|AND|ORDER|$))",
     "ids come from the application"),
    (r"\b(PRAGMA|ROWID|GLOB|MATCH|REGEXP|ILIKE|SIMILAR TO)\b", "one engine's word"),
    (r"\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bUPSERT\b|\bMERGE\b", "INSERT ... ON CONFLICT"),
    (r"\b(IFNULL|NVL|IIF)\s*\(", "COALESCE or CASE"),
    (r"\b(STRFTIME|JULIANDAY|DATETIME|NOW|DATE_TRUNC|EXTRACT|TO_CHAR|TO_TIMESTAMP)\s*\(",
     "times are INT64 microseconds, reckoned in code"),
    (r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b", "now is captured before the write"),
    (r"\b(GROUP_CONCAT|STRING_AGG|ARRAY_AGG|JSON\w*|PRINTF|FORMAT|INSTR|STRPOS|HEX|ENCODE|ZEROBLOB|"
     r"TOTAL|UNNEST|GENERATE_SERIES)\s*\(", "done in code"),
    (r"(?<!CAST\()\bSUM\s*\(", "CAST(SUM(...) AS INT64): one engine's sum is no INT64"),
    (r"\bAVG\s*\(", "reckoned in code: one engine's average is no INT64"),
    (r"::\w+", "CAST(... AS ...)"),
    (r"\bRANDOM\s*\(", "randomness comes from the write's seed"),
    (r"\b(TRIGGER|LISTEN|NOTIFY|UNLISTEN)\b|PG_ADVISORY", "not on every engine"),
    (r"\bFOR\s+(UPDATE|SHARE)\b", "a version row that the write changes"),
    (r"\bNULLS\s+(FIRST|LAST)\b", "no order that rests on NULL"),
    (r"\bLIMIT\s+\$?\d+\s*,", "LIMIT n OFFSET m"),
    (r"\bOFFSET\b", "paging by key"),
    (r"\bREFERENCES\b|\bFOREIGN\s+KEY\b", "not across shards"),
    (r"\bCREATE\s+(TEMP|TEMPORARY|VIEW|FUNCTION|EXTENSION|TYPE|VIRTUAL)\b", "not on every engine"),
    (r'"[A-Za-z_]+"', "names without quotes"),
    (r"\?\d*(?=[\s,)]|$)", "arguments are $n"),
    (r"==", "="),
    (r"\bLIKE\s+'[^']*\\", "no backslash in a pattern"),
    (r"\bIS\s+(NOT\s+)?(?!NOT\b|NULL\b)[\w$]", "IS is for NULL alone; DISTINCT FROM is not everywhere"),
]
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|WHERE|ORDER BY)\b")
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
# Their words are theirs.
ENGINES = re.compile(r"libs/store/(sqlite_\w+|postgres_\w+|dialect|backup|testing)\.(cc|h)$")

# Keys are led by the shard key, the operator or the lot, so that what hangs together lies together on
# an engine that spreads its tables. The exceptions, each its own shard or small and read everywhere:
SHARD_KEYS = {"operator", "epc", "hash", "sequence", "shard"}
OTHER_KEYS = {
    "store_identity": "one row", "lease": "one row", "host_clock": "one row",
    "request": "(caller, request_id)", "consumer_cursor": "a row per peer",
    "log_head": "the logs' own", "log_entry": "the logs' own", "log_tile": "the logs' own",
    "log_checkpoint": "the logs' own",
    "policy_revision": "policies", "policy_approval": "policies",
    "capture_counter": "numbers given in order", "list_change": "numbers given in order",
    "laboratory": "laboratories are few", "laboratory_version": "laboratories are few",
    "frame_laboratory": "laboratories are few",
    "inspector": "officers", "inspector_version": "officers", "frame_inspector": "officers",
    "operator_source": "the foreign id is its own shard", "sample_source": "as operator_source",
    "visit_source": "as operator_source", "operator_code": "the keyed code is its own shard",
    "draw": "draws", "draw_frame": "draws", "draw_counter": "(organisation, year)",
    "document_counter": "(organisation, year)", "list_edition": "(organisation, list, edition)",
    "saved_subject": "a system's own", "saved_hit": "a system's own", "saved_alert": "a system's own",
    "saved_counter": "a system's own", "saved_progress": "one row",
    "ban_heard": "one row", "attested_source": "as operator_source",
    "lookup_code_by_id": "the id is its own shard",
    "rating_run": "a run", "rating_proposal": "a run",
    "recall": "a recall", "recall_breach": "a recall", "recall_lot": "a recall",
    "recall_notice": "a recall", "recall_step": "a recall", "recall_plan": "a recall",
    "recall_plan_product": "a recall", "recall_plan_assessment": "a recall",
    "recall_disposal": "a recall", "genealogy_run": "few rows, read at start",
    "judgement_progress": "one row", "judgement_imbalance": "the lot or the process is its own shard",
    "judgement_expiry": "last days, written behind",
    # Unique indexes.
    "laboratory_by_source": "laboratories are few", "inspector_by_source": "officers",
    "sanction_case_by_number": "(organisation, year)", "case_penalty_by_number": "(organisation, year)",
    "capture_epc_by_number": "numbers given in order", "recall_by_sample": "a sample's recall",
}


def literals(text):
    """Neighbouring string literals of C++ as one text, with the line where it begins."""
    text = re.sub(r"//[^\n]*", "", text)
    at = 0
    while (first := LITERAL.search(text, at)) is not None:
        parts, end = [first[1]], first.end()
        while (following := re.compile(r'\s*"((?:\\.|[^"\\])*)"').match(text, end)) is not None:
            parts.append(following[1])
            end = following.end()
        yield text.count("\n", 0, first.start()) + 1, "".join(parts)
        at = end


def judge(sql):
    quoted_out = re.sub(r"'(?:''|[^'])*'", "''", sql)
    for pattern, instead in REFUSED:
        found = re.search(pattern, sql if "LIKE" in pattern else quoted_out, re.I)
        if found:
            yield f"not portable: {found[0].strip()!r} ({instead})"


def tables(schema):
    for made in re.finditer(r"CREATE TABLE (\w+) \((.*?)\n\)", schema, re.S):
        key = re.search(r"PRIMARY KEY \((\w+)", made[2])
        yield made[1], key[1] if key else ""
    yield from re.findall(r"CREATE UNIQUE INDEX (\w+) ON \w+ \((\w+)", schema)


def findings(root):
    unused = set(OTHER_KEYS)
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = root / name
        if not path.is_file() or not name.startswith(("libs/", "services/")):
            continue
        if name.endswith(".sql"):
            text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
            for found in judge(text):
                yield f"{name}: {found}"
            for table, key in tables(text):
                unused.discard(table)
                if key not in SHARD_KEYS and table not in OTHER_KEYS:
                    yield f"{name}: the key of {table} is led by {key or 'nothing'}, which is no shard key"
        elif name.endswith((".cc", ".h")) and not name.endswith("_test.cc") and not ENGINES.search(name):
            for line, sql in literals(path.read_text(encoding="utf-8")):
                if STATEMENT.match(sql):
                    for found in judge(sql):
                        yield f"{name}:{line}: {found}"
    for name in sorted(unused - {"host_clock"}):  # that one stands in code
        yield f"sql.py: there is no table or unique index {name}"


def self_test():
    """Each refusal refuses: a rule that cannot find anything is no rule."""
    bad = ["SELECT IFNULL(a, 1)", "INSERT OR IGNORE INTO t (a) VALUES ($1)", "SELECT SUM(a) FROM t",
           "SELECT a::text FROM t", "SELECT a FROM t FOR UPDATE", "SELECT a FROM t LIMIT 3, 4",
           "SELECT a FROM t WHERE b IS $1", "SELECT a FROM t WHERE b = ?1", "SELECT \"a\" FROM t",
           "SELECT a FROM t ORDER BY a NULLS LAST", "SELECT now()", "SELECT a == b FROM t",
           "UPDATE t SET a = nextval('s')", "SELECT a FROM t WHERE b GLOB 'x*'",
           "SELECT a FROM t WHERE b LIKE 'x\\_%'", "SELECT CURRENT_TIMESTAMP", "SELECT avg(a) FROM t"]
    good = ["SELECT CAST(SUM(a) AS INT64) FROM t", "WHERE a IS NULL AND b IS NOT NULL",
            "SELECT max(sequence) FROM t WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            "WHERE a = 'x IS y' AND b LIKE '%,' || c || ',%'",
            "UPDATE t SET a = $1 WHERE b = $2 AND sequence IN ($3)"]
    return [f"sql.py does not find: {sql}" for sql in bad if not list(judge(sql))] + \
           [f"sql.py refuses: {sql}: {list(judge(sql))}" for sql in good if list(judge(sql))]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = self_test() + list(findings(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
