"""./dev bench screen: screening beside an empty echo, a scan, PostgreSQL's pg_trgm and SQLite's FTS5."""
import functools
import itertools
import random
import sqlite3
import time

import county
import postgresql
from services import IN_FLIGHT, ROUNDS, Echo, Service, load, write_requests

ENTRIES = 100_000
MANY_ENTRIES = 1_000_000
SAVED = 1_000_000
SUBJECTS = 20_000
SCREEN = "shian.sanction.v1.ScreeningService/Screen"
REQUEST = "shian.sanction.v1.ScreenRequest"
GET = "shian.registry.v1.OperatorService/GetOperator"
PEER_SUBJECTS = 400
SLOW_PEER_SUBJECTS = 60
CALLS = 20_000
BATCH_CALLS = 600
NAME_CALLS = 10_000
SEEN_CHANGES = 5_000


def bench_screen(report, programs):
    in_memory(report, programs)
    beside_peers(report, programs)
    through_rpc(report, programs)
    with_many(report, programs)
    with_saved(report, programs)


def in_memory(report, programs):
    runs = [programs.run("screen", "fuzzy", ENTRIES, SUBJECTS) for _ in range(ROUNDS)]
    report.bar("fuzzy_per_s_core", [run["rate"] for run in runs], 10_000, "names/s")
    report.bar("fuzzy_recall", [programs.run("screen", "recall", ENTRIES, 300)["recall"]], 0.99,
               "of a scan")
    report.bar("bytes_per_entry", [programs.run("screen", "build", ENTRIES, 0)["bytes_per_entry"]],
               400, "bytes")


def names_of(programs, subjects):
    text = programs.text("screen", "names", ENTRIES, subjects)
    rows = [line.split("\t") for line in text.splitlines()]
    return [row[1] for row in rows if row[0] == "L"], [row[1:] for row in rows if row[0] == "A"]


def beside_peers(report, programs):
    """Each finds the ten nearest to names with typing errors, in one thread; what share of the meant
    names is among them is printed beside."""
    listed, asked = names_of(programs, PEER_SUBJECTS)
    ours = lambda: programs.run("screen", "fuzzy", ENTRIES, SUBJECTS)
    with postgresql.Cluster(**postgresql.FAST) as cluster:
        peer = trigrams_of_postgresql(cluster, listed, asked)
        report.turns("fuzzy_vs_pgtrgm", "pg_trgm, GIN, ten nearest", "names/s", ours, peer)
    peer = trigrams_of_sqlite(listed, asked[:SLOW_PEER_SUBJECTS])
    report.turns("fuzzy_vs_fts5", "FTS5 trigram, ten nearest", "names/s", ours, peer)


def trigrams_of_postgresql(cluster, listed, asked):
    # In the C locale pg_trgm sees no letters in Chinese text.
    cluster.primary.sql("CREATE DATABASE names TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    sql = functools.partial(cluster.primary.sql, database="names")
    sql("CREATE EXTENSION pg_trgm")
    sql("CREATE TABLE listed (name text); CREATE TABLE asked (name text, meant text)")
    for table, rows in (("listed", [[name] for name in listed]), ("asked", asked)):
        for at in range(0, len(rows), 1000):
            values = ",".join("(" + ",".join(f"'{cell}'" for cell in row) + ")"
                              for row in rows[at:at + 1000])
            sql(f"INSERT INTO {table} VALUES {values}")
    sql("CREATE INDEX ON listed USING gin (name gin_trgm_ops); ANALYZE listed")
    nearest = ("SELECT name FROM listed l WHERE l.name % a.name "
               "ORDER BY similarity(l.name, a.name) DESC LIMIT 10")

    def run():
        began = time.monotonic()
        hits = int(sql("SET max_parallel_workers_per_gather = 0; SELECT COUNT(*) FILTER (WHERE "
                       f"a.meant IN ({nearest})) FROM asked a").strip().splitlines()[-1])
        took = time.monotonic() - began
        print(f"pg_trgm: {hits / len(asked):.3f} of the meant names found")
        return {"rate": len(asked) / took}
    return run


def trigrams_of_sqlite(listed, asked):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE listed USING fts5(name, tokenize='trigram')")
    connection.executemany("INSERT INTO listed VALUES (?)", ([name] for name in listed))

    def query(name):
        return " OR ".join(f'"{name[i:i + 3]}"' for i in range(len(name) - 2))

    def run():
        began, hits = time.monotonic(), 0
        for name, meant in asked:
            found = connection.execute("SELECT name FROM listed WHERE listed MATCH ? "
                                       "ORDER BY rank LIMIT 10", [query(name)]).fetchall()
            hits += (meant,) in found
        took = time.monotonic() - began
        print(f"FTS5: {hits / len(asked):.3f} of the meant names found")
        return {"rate": len(asked) / took}
    return run


def codes(count):
    """Codes of listed firms and of others, half of each."""
    choose = random.Random(1)
    return [code_of(choose.randrange(2 * ENTRIES)) for _ in range(count)]


def code_of(number):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91410902{number:09d}"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + alphabet[-total % 31]


def request_of(subjects):
    return {"purpose": "PURPOSE_LICENSING",
            "subjects": [{"client_ref": str(i), **subject} for i, subject in enumerate(subjects)]}


def through_rpc(report, programs):
    service, echo = Service(programs, "sanction"), Echo(programs)
    try:
        fill(programs, service, ENTRIES)
        exact(report, programs, service, echo)
        batches = [[{"code": code} for code in codes(500)] for _ in range(20)]
        requests = write_requests(programs.scratch / "batches", REQUEST, map(request_of, batches))
        figures = [ask(programs, service, requests, BATCH_CALLS) for _ in range(ROUNDS)]
        report.bar("batch_codes_per_s", [500 * run["rate"] for run in figures], 300_000, "codes/s")
        asked = names_of(programs, 2000)[1]
        requests = write_requests(programs.scratch / "names", REQUEST,
                                  (request_of([{"name": name}]) for name, _ in asked))
        figures = [ask(programs, service, requests, NAME_CALLS) for _ in range(ROUNDS)]
        print(f"names by unary call: {figures[0]['rate']:,.0f}/s, {IN_FLIGHT} in flight")
        report.bar("fuzzy_p99_ms", [run["p99_us"] / 1000 for run in figures], 5, "ms")
        service.suite.stop("sanction")
        seen = programs.run("screen", "visible", 2 * ENTRIES, SEEN_CHANGES, database_of(service))
        print(f"visible: {seen['rate']:.0f} changes/s")
        report.bar("visible_p99_ms", [seen["p99_ms"]], 1000, "ms")
    finally:
        echo.close()
        service.close()


def database_of(service):
    return service.suite.state / "sanction" / "sanction.db"


def fill(programs, service, entries):
    """The entries are put into the service's store while it stands still."""
    service.suite.officer = lambda person: service.suite.token(person, ["head", "handler"])
    county.activate_policies(service.suite, ["sanction"])
    service.suite.stop("sanction")
    programs.quiet("screen", "list", entries, 0, database_of(service))
    service.start()


def ask(programs, service, requests, calls):
    return load(programs, service.suite.ports["sanction"], SCREEN, requests, calls,
                server="sanction")


def exact(report, programs, service, echo):
    requests = write_requests(programs.scratch / "exact", REQUEST,
                              (request_of([{"code": code}]) for code in codes(2000)))
    empty = write_requests(programs.scratch / "empty", "shian.registry.v1.GetOperatorRequest",
                           itertools.repeat({"name": "operators/1"}, 100))
    report.turns("exact_vs_echo", "empty mTLS echo", "calls/s",
                 lambda: ask(programs, service, requests, CALLS),
                 lambda: load(programs, echo.port, GET, empty, CALLS))


def with_many(report, programs):
    """From the opened store to the first answer, with a million entries in it, as after any restart."""
    service = Service(programs, "sanction")
    try:
        service.suite.stop("sanction")
        programs.quiet("screen", "list", MANY_ENTRIES, 0, database_of(service))
        kept = programs.run("screen", "keep", 1, 0, database_of(service))
        print(f"from the store alone: {kept['seconds']:.1f} s")
        ready = [programs.run("screen", "ready", 1, 0, database_of(service)) for _ in range(ROUNDS)]
        report.bar("index_1m_s", [run["seconds"] for run in ready], 5, "s")
        built = programs.run("screen", "build", MANY_ENTRIES, 0)
        print(f"in memory alone: {built['seconds']:.1f} s, {built['bytes_per_entry']:.0f} bytes each")
    finally:
        service.close()


def with_saved(report, programs):
    """All saved subjects are screened, as after new rules of names; the first ones are listed."""
    service = Service(programs, "sanction")
    try:
        service.suite.stop("sanction")
        programs.quiet("screen", "list", ENTRIES, 0, database_of(service))
        programs.quiet("screen", "save", SAVED, 0, database_of(service))
        done = programs.run("screen", "rescreen", 1, 0, database_of(service))
        report.bar("rescreen_1m_s", [done["seconds"]], 60, "s")
    finally:
        service.close()
