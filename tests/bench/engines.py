"""./dev bench engines: services on PostgreSQL beside an echo, pgbench and COPY, and on SQLite beside what they
were before there was a second engine."""
import os
import pathlib
import re
import subprocess
import time
import uuid

import county
import postgresql
import services
from programs import Programs

# The last commit before the second engine.
BEFORE = "bc7c1ff"
CHECK = "shian.inspection.v1.CheckService/RecordCheck"
INSPECTORS = "shian.registry.v1.PeopleService/ListInspectors"
READS = 10_000
WRITES = 4_000
SQLITE_WRITES = 3_000
CLIENTS = 16
BEFORE_ROUNDS = 10
FOLLOWED_SECONDS_MAX = 120
SEQUENCED_SECONDS_MAX = 60
# What is of one captured call, and has another value in each transaction of the script.
NUMBER = "lpad((:number)::text, 14, '0')"
ANY_VERSION = "(random() * 1e15)::bigint"


class OnDatabase(services.Service):
    """Services on databases of one cluster, which keeps them from one to the next."""

    def __init__(self, programs, cluster, *names):
        self.cluster = cluster
        self.names = names
        super().__init__(programs, names[0])

    def start(self):
        self.suite.cluster = self.cluster
        made = self.cluster.primary.sql("SELECT datname FROM pg_database").split()
        self.suite.stores = {name: self.cluster.address(name) for name in self.names if name in made}
        self.suite.start(*self.names)

    def close(self):
        self.suite.cluster = None  # which is not this suite's own
        super().close()


def bench_engines(report, programs, before):
    with postgresql.Cluster(**postgresql.DURABLE) as cluster:
        stream_vs_copy(report, programs, cluster)
        registry = OnDatabase(programs, cluster, "registry")
        try:
            get_vs_echo(report, programs, registry)
        finally:
            registry.close()
        both = OnDatabase(programs, cluster, "registry", "inspection")
        try:
            write_vs_pgbench(report, programs, both)
            print_sample_bytes(programs, both)
        finally:
            both.close()
        print_event_bytes(programs, cluster)
    before_and_after(report, programs, before)


def tables(server, database):
    """The rows of each table."""
    names = server.sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                       "'public'::regnamespace ORDER BY relname", database).split()
    return {name: int(server.sql(f"SELECT count(*) FROM {name}", database)) for name in names}


def print_bytes(server, database, what, count, before=None):
    """What one of them left, by table with its indexes: the size now, or how much it grew."""
    sizes = {name: size(server, database, name) - (before or {}).get(name, 0)
             for name in tables(server, database)}
    print(f"bytes {what}, indexes included: " +
          ", ".join(f"{name} {grown / count:.0f}" for name, grown in sizes.items() if grown >= count))


def size(server, database, table):
    return int(server.sql(f"SELECT pg_total_relation_size('{table}')", database))


def wait_sequenced(server, database):
    """Until every entry has its place in the log; a log that stands still would make what follows
    cheaper than it is. Gives the seconds."""
    began = time.monotonic()
    while server.sql("SELECT count(*) FROM log_pending", database) != "0":
        if time.monotonic() - began > SEQUENCED_SECONDS_MAX:
            raise RuntimeError(f"the log of {database} does not catch up")
        time.sleep(0.05)
    return time.monotonic() - began


# ---- streamed batches beside COPY ---------------------------------------------------------------

def stream_vs_copy(report, programs, cluster):
    """Imports, each into a new database, and what it left by COPY into the same tables of another one.
    The last import stays for the cases that follow."""
    server, imported = cluster.primary, []

    def stream():
        if imported:
            server.sql("DROP DATABASE registry")
        service = OnDatabase(programs, cluster, "registry")
        try:
            before = tables(server, "registry")
            operators, took = services.import_county(service)
            wait_sequenced(server, "registry")
        finally:
            service.close()
        grown = [name for name, rows in tables(server, "registry").items() if rows > before[name]]
        imported.append((grown, operators))
        return {"rate": operators / took}

    report.turns("stream_vs_copy", "COPY of the same rows", "operators/s", stream,
                 lambda: {"rate": copy_rows(cluster, *imported[-1])})
    print_bytes(server, "registry", "an operator", imported[-1][1])


def copy_rows(cluster, names, operators):
    server = cluster.primary
    server.sql("CREATE DATABASE copy")
    server.script(server.dump("registry", "-s"), "copy")
    for name in names:
        server.sql(f"COPY {name} TO '{cluster.folder / name}.copy'", "registry")
    began = time.monotonic()
    server.script("BEGIN;" + "".join(f"COPY {name} FROM '{cluster.folder / name}.copy';" for name in names) +
                  "COMMIT;", "copy")
    took = time.monotonic() - began
    server.sql("DROP DATABASE copy")
    return operators / took


# ---- reads beside an echo -----------------------------------------------------------------------

def get_vs_echo(report, programs, service):
    echo = services.Echo(programs)
    try:
        requests = services.write_requests(
            programs.scratch / "get", "shian.registry.v1.GetOperatorRequest",
            [{"name": name} for name in services.names_of(service, 2000)])
        report.turns(
            "get_vs_echo", "empty mTLS echo", "calls/s",
            lambda: services.load(programs, service.suite.ports["registry"], services.GET, requests, READS),
            lambda: services.load(programs, echo.port, services.GET, requests, READS))
    finally:
        echo.close()


# ---- writes beside pgbench ----------------------------------------------------------------------

def write_vs_pgbench(report, programs, service):
    """RecordCheck of many operators, and the statements that one such call was seen to send, by pgbench
    in a copy of the database: its entries, which nobody could read, must not stand in the log's way."""
    suite, server = service.suite, service.cluster.primary
    suite.officer = lambda person: suite.token(person, ["head", "handler", "inspector"])
    county.activate_policies(suite, ["inspection"])
    services.run_import(service, "inspectors", programs.build / "county" / "inspectors.csv")
    wait_followed(service)
    token = suite.officer("ZF-bench")
    staff = [one["name"] for one in suite.client().call(
        INSPECTORS, {"region": services.REGION, "page_size": 2})["inspectors"]]
    names = services.operators_of(service, WRITES)
    requests = [visit(name, staff) for name in names]
    script = captured(server, lambda: suite.client().call(CHECK, requests[0], token, timeout=10),
                      requests[0])
    wait_sequenced(server, "inspection")
    server.sql("CREATE DATABASE by_hand")
    server.script(server.dump("inspection"), "by_hand")
    server.sql("ANALYZE", "by_hand")
    before = {name: size(server, "inspection", name) for name in tables(server, "inspection")}
    entries, late = tables(server, "inspection")["log_entry"], []

    def checks():
        figures = record(programs, service, names, staff, token)
        late.append(wait_sequenced(server, "inspection"))
        return figures

    def by_hand():
        server.sql("TRUNCATE log_pending", "by_hand")  # which nobody empties there
        return {"rate": server.pgbench("by_hand", script, WRITES, CLIENTS)}

    report.turns("write_vs_pgbench", "pgbench, the same statements", "writes/s", checks, by_hand)
    placed = tables(server, "inspection")["log_entry"] - entries
    if placed < len(late) * WRITES:
        raise RuntimeError(f"{len(late) * WRITES} writes left {placed} entries in the log")
    print(f"the last entry's place, seconds after the last answer: {', '.join(f'{one:.1f}' for one in late)}")
    print_bytes(server, "inspection", "a check", len(late) * WRITES, before)


def wait_followed(service):
    until = time.monotonic() + FOLLOWED_SECONDS_MAX
    client = service.suite.client()
    while time.monotonic() < until:
        answer = client.call("shian.common.v1.ClockService/GetFeeds", {}, service="inspection")
        feed = next(feed for feed in answer["feeds"] if feed["peer"] == "registry")
        if int(feed.get("position", 0)) == int(feed.get("head_sequence", -1)):
            return
        time.sleep(0.2)
    raise RuntimeError("inspection does not catch up with registry")


def visit(operator, staff):
    yesterday = time.localtime(time.time() - 86400)
    return {"request_id": str(uuid.uuid4()),
            "check": {"operator": operator, "kind": "CHECK_KIND_ROUTINE",
                      "date": {"year": yesterday.tm_year, "month": yesterday.tm_mon, "day": yesterday.tm_mday},
                      "counts": {"key_items": 10, "general_items": 20}, "inspectors": staff}}


def record(programs, service, names, staff, token):
    requests = services.write_requests(programs.scratch / "visits", "shian.inspection.v1.RecordCheckRequest",
                                       [visit(name, staff) for name in names])
    return services.load(programs, service.suite.ports["inspection"], CHECK, requests, WRITES, token,
                         "inspection")


def captured(server, call, request):
    """The statements of one call as a script of pgbench, about another operator each time."""
    server.sql("ALTER SYSTEM SET log_line_prefix = '%p|'")
    server.sql("ALTER SYSTEM SET log_statement = 'all'")
    server.sql("SELECT pg_reload_conf()")
    time.sleep(0.5)
    log = server.folder / "log"
    start = log.stat().st_size
    call()
    server.sql("ALTER SYSTEM RESET log_statement")
    server.sql("SELECT pg_reload_conf()")
    time.sleep(0.5)
    text = log.read_bytes()[start:].decode()
    operator = request["check"]["operator"].split("/")[1]
    lines = statements(text, "INSERT INTO visit ")
    lines = [line.replace(request["request_id"], "@request@").replace(operator, "@operator@") for line in lines]
    return "\\set number random(1, 10000)\n" + "".join(varied(line) + ";\n" for line in lines)


def statements(text, mark):
    """What the session that sent `mark` sent in that transaction, with its arguments as literals."""
    entries = re.findall(r"^(\d+)\|LOG:  (?:execute [^:]*|statement): (.*)\n"
                         r"(?:\1\|DETAIL:  parameters: (.*)\n)?", text, re.M)
    session = next(pid for pid, statement, _ in entries if statement.startswith(mark))
    own = [(statement, parameters) for pid, statement, parameters in entries if pid == session]
    at = next(i for i, (statement, _) in enumerate(own) if statement.startswith(mark))
    first = max(i for i in range(at) if own[i][0].startswith("BEGIN"))
    last = next(i for i in range(at, len(own)) if own[i][0] == "COMMIT")
    return [filled(statement, parameters) for statement, parameters in own[first:last + 1]]


def filled(statement, parameters):
    values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", parameters))
    return re.sub(r"\$(\d+)", lambda found: values[found[1]], statement)


def varied(line):
    """Keys that would meet themselves in the next transaction are made anew."""
    line = line.replace("'@request@'", "gen_random_uuid()::text")
    if line.startswith("INSERT INTO log_pending"):
        line = re.sub(r"(VALUES \('[^']*', )'\d+'", rf"\g<1>{ANY_VERSION}", line)
    parts = re.sub(r"'([^']*)@operator@([^']*)'", rf"('\1' || {NUMBER} || '\2')", line)
    return parts.replace("@operator@", "00000000000000")


# ---- what one of each keeps: deploy/nation.md multiplies it -------------------------------------

def print_sample_bytes(programs, service):
    server, folder = service.cluster.primary, programs.build / "county"
    services.run_import(service, "laboratories", folder / "laboratories.csv")
    wait_followed(service)
    before = {name: size(server, "inspection", name) for name in tables(server, "inspection")}
    samples = services.total(services.run_import(service, "samples", folder / "samples.csv"), "NEW")
    wait_sequenced(server, "inspection")
    print_bytes(server, "inspection", f"an imported sample (of {samples})", samples, before)


def print_event_bytes(programs, cluster):
    server, service = cluster.primary, OnDatabase(programs, cluster, "trace")
    try:
        before = {name: size(server, "trace", name) for name in tables(server, "trace")}
        events = services.total(services.run_import(service, "events", programs.build / "county" / "events"),
                                "CAPTURED")
        wait_sequenced(server, "trace")
        length = float(server.sql("SELECT avg(length(json)) FROM capture_event", "trace"))
        print_bytes(server, "trace", f"a trace event (of {events}, {length:.0f} characters each)", events, before)
    finally:
        service.close()


# ---- SQLite before and after --------------------------------------------------------------------

class Before:
    """The services of an earlier commit, built in a worktree of their own under the build folder."""

    def __init__(self, programs, revision):
        source = pathlib.Path(__file__).resolve().parents[2]
        self.tree = programs.build / f"before-{revision}"
        if not self.tree.exists():
            subprocess.run(["git", "-C", str(source), "worktree", "prune"], check=True)
            subprocess.run(["git", "-C", str(source), "worktree", "add", "--detach", "-f", str(self.tree), revision],
                           check=True, capture_output=True)
        build = self.tree / "build"
        environment = {**os.environ, "CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}
        print(f"building {revision}: {build}", flush=True)
        subprocess.run(["cmake", "-S", str(self.tree), "-B", str(build), "-G", "Ninja"], check=True,
                       capture_output=True, env=environment)
        subprocess.run(["ninja", "-C", str(build), "-j2", "services/shian-registry", "services/shian-inspection",
                        "services/ctl/shian", "shian.binpb"], check=True, capture_output=True, env=environment)
        self.programs = Programs(programs.build, programs.scratch)
        self.build = build


def alone(programs, name, before=None):
    """A service on a file; of an earlier commit when that is given."""
    if before is None:
        return services.Service(programs, name)
    return services.Service(programs, name, build=before.build, source=before.tree)


def before_and_after(report, programs, revision):
    before = Before(programs, revision)
    pairs = [(get_on_file(programs, before), get_on_file(programs, None)) for _ in range(BEFORE_ROUNDS)]
    compare(report, "sqlite_get_before_after", "calls/s", pairs, revision)
    pairs = [(write_on_file(programs, before), write_on_file(programs, None)) for _ in range(BEFORE_ROUNDS)]
    compare(report, "sqlite_write_before_after", "writes/s", pairs, revision)


def compare(report, case, unit, pairs, revision):
    earlier, now = (iter([pair[i] for pair in pairs]) for i in (0, 1))
    report.turns(case, f"commit {revision}", unit, lambda: next(now), lambda: next(earlier), len(pairs))


def get_on_file(programs, before):
    service = alone(programs, "registry", before)
    try:
        services.run_import(service, "operators", programs.build / "county" / "operators-1.csv")
        requests = services.write_requests(
            programs.scratch / "get", "shian.registry.v1.GetOperatorRequest",
            [{"name": name} for name in services.names_of(service, 2000)])
        return services.load(programs, service.suite.ports["registry"], services.GET, requests, services.READS)
    finally:
        service.close()


def write_on_file(programs, before):
    service = alone(programs, "inspection", before)
    try:
        return services.create_draws(programs, service, SQLITE_WRITES)
    finally:
        service.close()
