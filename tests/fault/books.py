"""Whether the books of all services balance, once they are quiet (reliability row 24)."""
import sqlite3

import copying

FOLLOWERS = ["inspection", "credit", "sanction", "trace"]
# What callers write to directly: where it stands, and under which name it was acknowledged.
WRITTEN = {"registry": "SELECT 'operators/' || operator FROM operator",
           "inspection": "SELECT 'draws/' || draw FROM draw",
           # A run counts what was done to it, from its second version on.
           "credit": "WITH RECURSIVE done (run, version) AS (SELECT run, version FROM rating_run "
                     "UNION ALL SELECT run, version - 1 FROM done WHERE version > 2) "
                     "SELECT 'ratingRuns/' || run || ' ' || version FROM done",
           "sanction": "SELECT 'operators/' || operator || '/cases/' || case_id FROM sanction_case",
           "trace": "SELECT 'events/' || lower(hex(hash)) FROM capture_event"}
CALLS_MIN = 5


def rows(suite, service, sql, beside=()):
    """Reads the store of a running service, and those of services `beside` under their names;
    nothing is written and no log is folded in. A database is copied into a file first, once until
    `forget` is called, so that one question serves both engines."""
    connection = sqlite3.connect(store_of(suite, service), uri=True)
    try:
        for other in beside:
            connection.execute(f"ATTACH '{store_of(suite, other)}' AS {other}")
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def store_of(suite, service):
    path = suite.state / service / f"{service}.db"
    if suite.cluster is not None and service not in suite.copies:
        path.unlink(missing_ok=True)
        copying.copy(suite.cluster.primary, service, path)
        suite.copies.add(service)
    return f"file:{path}?mode=ro"


def forget(suite):
    """What is asked next is asked of the databases as they are then."""
    suite.copies = set()


def one(suite, service, sql):
    return rows(suite, service, sql)[0][0]


def written(suite, service):
    """The names of what callers have written so far."""
    return {name for (name,) in rows(suite, service, WRITTEN[service])}


def check_callers(checks, callers):
    """None of them met anything that it may not meet."""
    for name, caller in callers.items():
        checks.equal(caller.problem, "", f"{name}: its problem")
        checks.expect(len(caller.seconds) > CALLS_MIN, f"{name}: hardly a call")


def check_acknowledged(suite, checks, writers):
    """Every acknowledged write is there, once, and nothing that nobody asked for."""
    forget(suite)
    names, before = {}, {}
    check_callers(checks, writers)
    for writer in writers.values():
        names.setdefault(writer.service, []).extend(writer.acknowledged)
        before[writer.service] = set(writer.before)
    checks.equal(set(names), set(suite.ports), "services that were written to")
    for service, acknowledged in names.items():
        found, once = written(suite, service), set(acknowledged)
        checks.equal(len(once), len(acknowledged), f"{service}: acknowledged under one name")
        checks.equal(before[service] - found, set(), f"{service}: what was there before")
        made = found - before[service]
        checks.equal(once - made, set(), f"{service}: acknowledged and gone")
        checks.equal(made - once, set(), f"{service}: made and never acknowledged")


def check_cases(suite, checks):
    """A case, its filing and its fact: all three or none."""
    cases = rows(suite, "sanction", "SELECT operator, case_id FROM sanction_case ORDER BY 1, 2")
    filings = rows(suite, "sanction", "SELECT operator, case_id FROM case_event WHERE sequence = 1 "
                   "AND act = 1 ORDER BY 1, 2")
    checks.expect(cases, "there is no case")
    checks.equal(filings, cases, "cases and their filings")
    checks.equal(one(suite, "sanction", "SELECT count(*) FROM log_entry WHERE log = 0 "
                     "AND type = 'shian.sanction.case.filed'"), len(cases),
                 "cases and the facts that tell of them")


def check_runs(suite, checks):
    """A run has looked at as many operators as it proposes grades for, and at those erased since."""
    wrong = rows(suite, "credit", "SELECT * FROM rating_run r WHERE operators <> "
                 "(SELECT count(*) FROM rating_proposal p WHERE p.run = r.run) + (SELECT count(*) "
                 "FROM archive a WHERE a.erased AND NOT EXISTS (SELECT 1 FROM rating_proposal p "
                 "WHERE p.run = r.run AND p.operator = a.operator) AND a.region = r.region)")
    checks.equal(wrong, [], "runs that stand half")
    checks.expect(one(suite, "credit", "SELECT count(*) FROM rating_run"), "there is no run")


def check_draws(suite, checks):
    """The numbers of each organisation and year have no gap, and each draw has its fact."""
    series = {}
    for (name,) in rows(suite, "inspection", "SELECT draw FROM draw"):
        series.setdefault(name.rsplit("-", 1)[0], []).append(int(name.rsplit("-", 1)[1]))
    checks.expect(series, "there is no draw")
    for name, numbers in series.items():
        checks.equal(sorted(numbers), list(range(1, len(numbers) + 1)), f"draws of {name}")
    checks.equal(one(suite, "inspection", "SELECT count(*) FROM log_entry WHERE log = 1 "
                     "AND type = 'shian.public.inspection.draw.planned'"),
                 sum(map(len, series.values())), "draws and the facts that tell of them")


def check_followers(suite, checks):
    """Who follows registry has exactly its operators, each once."""
    operators = {name.split("/")[1] for name in written(suite, "registry")}
    checks.expect(operators, "registry has no operator")
    for service, table in (("inspection", "frame_unit"), ("sanction", "party"),
                           ("credit", "archive")):
        held = [name for (name,) in rows(suite, service, f"SELECT operator FROM {table}")]
        checks.equal(len(held), len(set(held)), f"{service}: operators held twice")
        checks.equal(set(held) ^ operators, set(), f"{service}: operators unlike registry's")


def check_logs(suite, checks):
    """Numbers without a gap; that each entry is bound to those before it, `shian verify` proves."""
    written_to = 0
    for service in suite.ports:
        for log in (0, 1, 2):
            numbers = [n for (n,) in rows(suite, service, "SELECT sequence FROM log_entry "
                                          f"WHERE log = {log} ORDER BY sequence")]
            checks.equal(numbers, list(range(1, len(numbers) + 1)), f"{service}: log {log}")
            written_to += bool(numbers)
        whole = one(suite, service, "PRAGMA integrity_check")
        checks.equal(whole, "ok", f"{service}: integrity_check")
    checks.expect(written_to >= 2, "hardly a log has an entry")


def check_cursors(suite, checks):
    cursors = 0
    for service in FOLLOWERS:
        for origin, last in rows(suite, service, "SELECT origin, last FROM consumer_cursor"):
            peer = origin.split(".")[1].split("/")[0]
            head = one(suite, peer, "SELECT coalesce(max(sequence), 0) FROM log_entry "
                       "WHERE log = 0")
            checks.expect(last <= head, f"{service} is at {last} of {peer}'s {head}")
            cursors += 1
    checks.expect(cursors >= len(FOLLOWERS), f"only {cursors} cursors")


def check_proofs(suite, checks):
    done = suite.shian("--output", "json", "verify", check=False)
    checks.equal(done.returncode, 0, f"shian verify: {done.stdout[-2500:]}{done.stderr[-500:]}")


def check_scrub(suite, checks):
    """The check at rest that every start begins found nothing."""
    for service in suite.ports:
        lines = [line for line in suite.metrics(service).splitlines()
                 if line.startswith(("shian_store_scrub_damaged_rows",
                                     "shian_store_damaged_rows_total"))]
        checks.expect(lines, f"{service} tells nothing of damaged rows")
        for line in lines:
            checks.equal(float(line.split()[-1]), 0.0, f"{service}: {line}")


def check_common(suite, checks):
    """What holds in every suite, whatever it was used for."""
    check_followers(suite, checks)
    check_logs(suite, checks)
    check_cursors(suite, checks)
    check_proofs(suite, checks)
    check_scrub(suite, checks)


def check_all(suite, checks, writers):
    check_acknowledged(suite, checks, writers)
    check_draws(suite, checks)
    check_cases(suite, checks)
    check_runs(suite, checks)
    check_common(suite, checks)
