"""Whether the books of all services balance, once they are quiet (reliability row 24)."""
import json
import sqlite3

import county
from traffic import DRAWS, CAPTURE

FOLLOWERS = ["inspection", "credit", "sanction", "trace"]


def rows(suite, service, sql):
    """Reads the store of a running service; nothing is written and no log is folded in."""
    connection = sqlite3.connect(f"file:{suite.state / service / f'{service}.db'}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def one(suite, service, sql):
    return rows(suite, service, sql)[0][0]


def check_acknowledged(suite, checks, writers):
    """Every acknowledged write is there, once."""
    operators = 10 * len(writers["registry"].acknowledged)
    checks.equal(one(suite, "registry", "SELECT count(*) FROM operator"), operators,
                 "operators after acknowledged chunks")
    names = writers["inspection"].acknowledged
    checks.equal(len(set(names)), len(names), "draws acknowledged twice under one name")
    known = {name for (name,) in rows(suite, "inspection", "SELECT draw FROM draw")}
    wanted = {name.removeprefix("draws/") for name in names}
    checks.equal(wanted - known, set(), "acknowledged draws that are gone")
    numbers = sorted(int(name.rsplit("-", 1)[1]) for name in known)
    checks.equal(numbers, list(range(1, len(numbers) + 1)), "numbers of the draws, without a gap")
    events = writers["trace"].acknowledged
    checks.equal(one(suite, "trace", "SELECT count(*) FROM capture_event"), len(set(events)),
                 "captured events")
    checks.equal(len(set(events)), len(events), "events acknowledged under one name")
    for service, writer in writers.items():
        checks.equal(writer.problem, "", f"{service}'s writer")
        checks.expect(len(writer.acknowledged) > 5, f"{service}'s writer hardly wrote")


def check_followers(suite, checks):
    """Who follows registry has exactly its operators, each once."""
    operators = {name for (name,) in rows(suite, "registry", "SELECT operator FROM operator")}
    for service, table in (("inspection", "frame_unit"), ("sanction", "party")):
        held = [name for (name,) in rows(suite, service, f"SELECT operator FROM {table}")]
        checks.equal(len(held), len(set(held)), f"{service}: operators held twice")
        checks.equal(set(held) ^ operators, set(), f"{service}: operators unlike registry's")


def check_logs(suite, checks):
    """Numbers without a gap, every fact with its row, replies with their requests."""
    for service in suite.ports:
        for log in (0, 1, 2):
            numbers = [n for (n,) in rows(suite, service, "SELECT sequence FROM log_entry "
                                          f"WHERE log = {log} ORDER BY sequence")]
            checks.equal(numbers, list(range(1, len(numbers) + 1)), f"{service}: log {log}")
        whole = one(suite, service, "PRAGMA integrity_check")
        checks.equal(whole, "ok", f"{service}: integrity_check")
    facts = one(suite, "inspection", "SELECT count(*) FROM log_entry WHERE log = 1 "
                "AND type = 'shian.public.inspection.draw.planned'")
    checks.equal(facts, one(suite, "inspection", "SELECT count(*) FROM draw"),
                 "draws and the facts that tell of them")


def check_cursors(suite, checks):
    for service in FOLLOWERS:
        for origin, last in rows(suite, service, "SELECT origin, last FROM consumer_cursor"):
            peer = origin.split(".")[1].split("/")[0]
            head = one(suite, peer, "SELECT coalesce(max(sequence), 0) FROM log_entry "
                       "WHERE log = 0")
            checks.expect(last <= head, f"{service} is at {last} of {peer}'s {head}")


def check_proofs(suite, checks):
    done = suite.shian("--output", "json", "verify", check=False)
    checks.equal(done.returncode, 0, f"shian verify: {done.stdout[-2500:]}{done.stderr[-500:]}")


def check_scrub(suite, checks):
    """The check at rest that every start begins found nothing."""
    for service in suite.ports:
        for line in suite.metrics(service).splitlines():
            if line.startswith(("shian_store_scrub_damaged_rows", "shian_store_damaged_rows_total")):
                checks.equal(float(line.split()[-1]), 0.0, f"{service}: {line}")


def check_all(suite, checks, writers):
    check_acknowledged(suite, checks, writers)
    check_followers(suite, checks)
    check_logs(suite, checks)
    check_cursors(suite, checks)
    check_proofs(suite, checks)
    check_scrub(suite, checks)
