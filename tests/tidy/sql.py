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
    (r"\bFOR\s+(NO\s+KEY\s+)?(UPDATE|(KEY\s+)?SHARE)\b", "a version row that the write changes"),
    (r"\bCOLLATE\b", "texts compare by their bytes, for which libs/store/dialect.cc sees"),
    (r"\bDISTINCT\s+ON\b|\bLATERAL\b|\b(ANY|ALL)\s*\(|\bARRAY\b|\bFETCH\s+(FIRST|NEXT)\b|"
     r"\bTABLESAMPLE\b|\bON\s+CONSTRAINT\b|\bDELETE\s+FROM\s+\w+\s+USING\b|\bINTERVAL\b",
     "SQLite has none"),
    (r"\b(EXCEPT|INTERSECT)\s+ALL\b", "SQLite has none"),
    (r"\b(NOT\s+)?INDEXED\s+BY\b|\bNOT\s+INDEXED\b|\b(TYPEOF|CHANGES|LAST_INSERT_ROWID)\s*\(", "SQLite's alone"),
    (r"\b(GREATEST|LEAST|CONCAT|CONCAT_WS|LEFT|RIGHT|CHAR_LENGTH|OCTET_LENGTH|GEN_RANDOM_UUID|MD5|SHA256|"
     r"REGEXP_\w+|BOOL_OR|BOOL_AND)\s*\(", "CASE, or done in code"),
    (r"\b(LOWER|UPPER)\s*\(", "SQLite changes ASCII letters alone: done in code"),
    (r"~", "a bitwise NOT here, a regular expression there"),
    (r"\b(X|B|E|U&)''", "bytes go in as arguments, and a text has no escapes"),
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
# Pieces of a statement are judged too: built ones have no other place.
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|WHERE|ORDER BY|GROUP BY|HAVING|JOIN|FROM|"
                       r"VALUES|AND|ON CONFLICT|RETURNING|LIMIT|CREATE|ALTER TABLE)\b")
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
# Their words are theirs.
OWN_WORDS = re.compile(r"libs/store/(sqlite_\w+|postgres_\w+|dialect|backup|testing|test_schema)\.(cc|h)$|"
                       r"_test\.cc$|/testing\w*\.(cc|h)$")

# Keys are led by the shard key, the operator or the lot, so that what hangs together lies together on
# an engine that spreads its tables; a hash (of an event, of a person) and the log's shard are shards of
# their own. The exceptions, each its own shard or small and read everywhere; what is numbered in one order
# lies on one node of an engine that spreads by key, or must be made a local table there:
SHARD_KEYS = {"operator", "epc", "hash", "shard"}
OTHER_KEYS = {
    "store_identity": "one row", "schema_step": "a row per step", "lease": "one row", "host_clock": "one row",
    "request": "(caller, request_id)", "consumer_cursor": "a row per peer",
    "log_head": "the logs' own", "log_entry": "the logs' own", "log_tile": "the logs' own",
    "log_checkpoint": "the logs' own",
    "policy_revision": "policies", "policy_approval": "policies",
    "capture_counter": "numbers given in order", "list_change": "numbers given in order",
    "capture_link": "events in the order of capture, which the graph is built in",
    "capture_mask": "as capture_link", "snapshot": "few rows, numbers given in order",
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
    "capture_event_by_sequence": "numbers given in order",
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


def inside(text, opened):
    """What stands between the parenthesis that opens at `opened` and its end."""
    depth = 0
    for at in range(opened, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[opened + 1:at]
    return text[opened + 1:]


def flat(text):
    """Without what stands in parentheses."""
    while (shorter := re.sub(r"\([^()]*\)", " ", text)) != text:
        text = shorter
    return text


def judge(sql):
    quoted_out = re.sub(r"'(?:''|[^'])*'", "''", sql)
    for pattern, instead in REFUSED:
        found = re.search(pattern, sql if "LIKE" in pattern else quoted_out, re.I)
        if found:
            yield f"not portable: {found[0].strip()!r} ({instead})"
    for called in re.finditer(r"\b(MAX|MIN)\s*\(", quoted_out, re.I):
        if "," in flat(inside(quoted_out, called.end() - 1)):
            yield f"not portable: {called[0]!r} of several (CASE: one engine's is of a column alone)"
    for statement in flat(quoted_out).split(";"):
        if re.search(r"(?<!DO )\b(DELETE\s+FROM|UPDATE)\b.*\b(LIMIT|ORDER\s+BY)\b", statement, re.I | re.S):
            yield "not portable: DELETE or UPDATE with LIMIT or ORDER BY (WHERE key IN (SELECT ... LIMIT n))"


def tables(schema):
    """Each key and rule of uniqueness, and by what it is led."""
    for made in re.finditer(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\(", schema):
        body = inside(schema, made.end() - 1)
        columns = [part.strip() for part in re.sub(r"\([^()]*\)", lambda found: found[0].replace(",", "\0"),
                                                   body).split(",")]
        keys = [re.match(r"PRIMARY KEY \((\w+)", part) or re.match(r"(\w+) .*\bPRIMARY KEY", part, re.S)
                for part in columns]
        yield made[1], next((key[1] for key in keys if key), "")
        for part in columns:
            unique = (re.match(r"(?:CONSTRAINT \w+ )?UNIQUE \((\w+)", part) or
                      re.match(r"(\w+) .*\bUNIQUE\b", part, re.S))
            if unique:
                yield f"{made[1]}.{unique[1]}", unique[1]
    for table, column in re.findall(r"ALTER TABLE (\w+) ADD (?:COLUMN )?(\w+) [^;]*\bUNIQUE\b", schema):
        yield f"{table}.{column}", column
    yield from re.findall(r"CREATE UNIQUE INDEX (\w+) ON \w+ \((\w+)", schema)


def misled(schema, unused):
    for table, key in tables(schema):
        unused.discard(table)
        if key not in SHARD_KEYS and table not in OTHER_KEYS:
            yield f"the key of {table} is led by {key or 'nothing'}, which is no shard key"


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
            for found in (*judge(text), *misled(text, unused)):
                yield f"{name}: {found}"
        elif name.endswith((".cc", ".h")) and not OWN_WORDS.search(name):
            for line, sql in literals(path.read_text(encoding="utf-8")):
                if STATEMENT.search(sql):
                    for found in (*judge(sql), *misled(sql, unused)):
                        yield f"{name}:{line}: {found}"
    for name in sorted(unused):
        yield f"sql.py: there is no table or unique index {name}"


def self_test():
    """A refusal refuses, and keys are seen: a rule that cannot find anything is no rule."""
    bad = ["SELECT IFNULL(a, 1)", "INSERT OR IGNORE INTO t (a) VALUES ($1)", "SELECT SUM(a) FROM t",
           "SELECT a::text FROM t", "SELECT a FROM t FOR UPDATE", "SELECT a FROM t LIMIT 3, 4",
           "SELECT a FROM t WHERE b IS $1", "SELECT a FROM t WHERE b = ?1", "SELECT \"a\" FROM t",
           "SELECT a FROM t ORDER BY a NULLS LAST", "SELECT now()", "SELECT a == b FROM t",
           "UPDATE t SET a = nextval('s')", "SELECT a FROM t WHERE b GLOB 'x*'",
           "SELECT a FROM t WHERE b LIKE 'x\\_%'", "SELECT CURRENT_TIMESTAMP", "SELECT avg(a) FROM t",
           "SELECT a FROM t ORDER BY a COLLATE NOCASE", "DELETE FROM t WHERE a = $1 LIMIT 5",
           "UPDATE t SET a = (SELECT 1) WHERE b IN (1, 2) ORDER BY a", "SELECT max(a, b) FROM t",
           "SELECT MIN(coalesce(a, 0), b) FROM t", "SELECT greatest(a, b)", "SELECT DISTINCT ON (a) b FROM t",
           "SELECT a FROM t FOR NO KEY UPDATE", "SELECT a FROM t FOR KEY SHARE", "WHERE a ~ 'x'", "WHERE a !~ $1",
           "SELECT a FROM t, LATERAL (SELECT 1)", "WHERE a = x'00'", "WHERE a = E'b'", "WHERE a = ANY($1)",
           "SELECT lower(a) FROM t", "DELETE FROM t USING u WHERE t.a = u.a", "SELECT concat(a, b)"]
    good = ["SELECT CAST(SUM(a) AS INT64) FROM t", "WHERE a IS NULL AND b IS NOT NULL",
            "SELECT max(sequence) FROM t WHERE sequence > $1 ORDER BY sequence LIMIT $2",
            "WHERE a = 'x IS y' AND b LIKE '%,' || c || ',%'",
            "UPDATE t SET a = $1 WHERE b = $2 AND sequence IN ($3)",
            "DELETE FROM t WHERE a IN (SELECT a FROM t ORDER BY a LIMIT $1) RETURNING a",
            "SELECT max(coalesce(a, b)), min(a) FROM t", "WHERE a <> 'max' AND b = 'index'",
            "INSERT INTO t (a) SELECT a FROM u WHERE true ON CONFLICT DO NOTHING"]
    keys = list(tables("CREATE TABLE t (a INT64 NOT NULL UNIQUE, b TEXT, c TEXT CHECK (c IN ('x', 'y')),\n"
                       "  UNIQUE (b, c), PRIMARY KEY (c, a));CREATE TABLE u (d TEXT PRIMARY KEY);"
                       "CREATE UNIQUE INDEX i ON t (c);ALTER TABLE u ADD COLUMN e TEXT UNIQUE;"))
    wanted = [("t", "c"), ("t.a", "a"), ("t.b", "b"), ("u", "d"), ("u.e", "e"), ("i", "c")]
    return [f"sql.py does not find: {sql}" for sql in bad if not list(judge(sql))] + \
           [f"sql.py refuses: {sql}: {list(judge(sql))}" for sql in good if list(judge(sql))] + \
           ([] if keys == wanted else [f"sql.py sees the keys {keys}"])


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = self_test() + list(findings(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
