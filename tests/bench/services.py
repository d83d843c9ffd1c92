"""Benchmarks against running services, over mTLS, as any caller would see them."""
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import time
import uuid

import client
import county
from google.protobuf import json_format
from story.importing import run_import, total
from suite import Suite

SYSTEMS = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "policies" / "systems"
SHIFT = 11000
REGION = "410902"
GET = "shian.registry.v1.OperatorService/GetOperator"
LIST = "shian.registry.v1.OperatorService/ListOperators"
CREATE = "shian.inspection.v1.DrawService/CreateDraw"
IN_FLIGHT = 64
READS = 20_000
WRITES = 3_000
SLOW_WRITES = 2_000
SLOW_SYNC = {"SHIAN_FAULT_DISK": "sync_sleep:2ms"}
ROUNDS = 5
# What one CreateDraw leaves behind, by the order in which it came.
DRAW_TABLES = ["request", "recorded, request_id", "draw", "created, draw", "draw_counter",
               "organisation, year", "log_entry", "log, sequence"]


class Service:
    """One service alone, on a state of its own; of another build and tree when these are given."""

    def __init__(self, programs, name, environment=None, build=None, source=None):
        self.name = name
        self.programs = programs
        self.suite = Suite(build or programs.build, programs.folder(), simulated=False, port_shift=SHIFT)
        self.suite.source = source or self.suite.source
        self.suite.pki = programs.build / "pki"
        # One caller is the whole world here: what a single system may ask for is no limit.
        self.suite.settings = ["calls-per-second-max = 1000000"]
        self.suite.environment = environment or {}
        self.start()

    def start(self):
        self.suite.start(self.name)

    @property
    def pid(self):
        return self.suite.processes[self.name].pid

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def pss_mib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no Pss in smaps_rollup")

    def close(self):
        self.suite.close(keep=True)
        shutil.rmtree(self.suite.state, ignore_errors=True)


def write_requests(path, name, requests):
    message = client.PROTOS.message(name)
    with open(path, "wb") as out:
        for request in requests:
            data = json_format.ParseDict(request, message()).SerializeToString()
            out.write(struct.pack("<I", len(data)) + data)
    return path


def load(programs, port, path, requests, calls, token="", server="registry", in_flight=IN_FLIGHT):
    figures = programs.run("load", "--address", f"127.0.0.1:{port}", "--pki",
                           programs.build / "pki", "--system", "ctl", "--server", server, "--method",
                           f"/{path}", "--requests", requests, "--calls", calls, "--in-flight",
                           in_flight, *(["--token", token] if token else []))
    if figures["failed"]:
        raise RuntimeError(f"{figures['failed']:.0f} of {calls} calls to {path} failed")
    return figures


class Echo:
    """The bare server beside which ours is measured; with the file of a store it reads from there."""

    def __init__(self, programs, port=7410 + SHIFT + 90, store=None):
        self.port = port
        self.process = subprocess.Popen(
            [programs.build / "tests" / "bench" / "bench_echo", programs.build / "pki",
             str(self.port), *([store] if store else [])], stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.pid = self.process.pid

    cpu_seconds = Service.cpu_seconds

    def close(self):
        self.process.terminate()
        self.process.wait()


def import_county(service):
    """The operators of the sample county; gives how many and the seconds from file to last answer."""
    folder = service.programs.build / "county"
    began = time.monotonic()
    reports = run_import(service, "operators", *(folder / f"operators-{n}.csv" for n in (1, 2, 3)))
    return total(reports, "NEW"), time.monotonic() - began


def names_of(service, count):
    return random.Random(1).choices(operators_of(service, 500), k=count)


def operators_of(service, count):
    names, page = [], ""
    while len(names) < count:
        answer = service.suite.client().call(
            LIST, {"region": REGION, "page_size": 500, "page_token": page}, timeout=20)
        names += [operator["name"] for operator in answer["operators"]]
        page = answer["next_page_token"]
    return names[:count]


def timed(server, run, calls):
    """The figures of one run with the server's CPU per call, in microseconds."""
    before = server.cpu_seconds()
    figures = run()
    figures["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / calls
    return figures


def bench_reads(report, programs):
    service, echo = Service(programs, "registry"), Echo(programs)
    bare = Echo(programs, echo.port + 1, service.suite.state / "registry" / "registry.db")
    try:
        import_county(service)
        requests = write_requests(programs.scratch / "get", "shian.registry.v1.GetOperatorRequest",
                                  [{"name": name} for name in names_of(service, 2000)])
        runs = {"ours": [], "echo": [], "bare": []}
        for _ in range(ROUNDS):
            for who, server, port in (("ours", service, service.suite.ports["registry"]),
                                      ("echo", echo, echo.port), ("bare", bare, bare.port)):
                runs[who].append(timed(server, lambda: load(programs, port, GET, requests, READS),
                                       READS))
        ours, other = iter(runs["ours"]), iter(runs["echo"])
        report.turns("get_mtls_64", "empty mTLS echo", "calls/s", lambda: next(ours),
                     lambda: next(other), ROUNDS)
        ours, other = iter(runs["ours"]), iter(runs["echo"])
        report.turns("get_server_cpu", "empty mTLS echo", "us/call", lambda: next(ours),
                     lambda: next(other), ROUNDS, figure="cpu_us")
        # How much of the echo any handler could keep that answers with the same row.
        for case, figure, unit in (("bare_read_64", "rate", "calls/s"),
                                   ("bare_read_server_cpu", "cpu_us", "us/call")):
            bare_runs, other = iter(runs["bare"]), iter(runs["echo"])
            report.turns(case, "empty mTLS echo", unit, lambda: next(bare_runs),
                         lambda: next(other), ROUNDS, figure=figure)
        overhead = programs.run("overhead", programs.build / "pki", SYSTEMS)["micros"]
        report.bar("metrics_auth_cpu_share",
                   [100 * overhead / run["cpu_us"] for run in runs["ours"]], 10, "%")
    finally:
        for server in (bare, echo, service):
            server.close()


def draws(count):
    for number in range(count):
        yield {"request_id": str(uuid.uuid4()), "title": f"抽查{number}", "region": REGION,
               "strata": [{"key": "catering", "kinds": ["OPERATOR_KIND_CATERER"],
                           "region": REGION, "take": 20}]}


def write_through(programs, writes, environment):
    """Creates draws through RPC, then writes the same rows past the service, each in a new file."""
    service = Service(programs, "inspection", environment)
    database = service.suite.state / "inspection" / "inspection.db"
    try:
        ours = create_draws(programs, service, writes)
        service.suite.stop("inspection")
        empty = programs.folder() / "empty.db"
        copy_emptied(database, empty, DRAW_TABLES)
        other = programs.run("replay", database, empty, *DRAW_TABLES, environment=environment)
        return ours, other
    finally:
        service.close()


def create_draws(programs, service, writes):
    suite = service.suite
    suite.officer = lambda person: suite.token(person, ["head", "handler"])
    county.activate_policies(suite, ["inspection"])
    token = suite.officer("ZF-bench")
    requests = write_requests(programs.scratch / "draws", "shian.inspection.v1.CreateDrawRequest",
                              draws(writes))
    return load(programs, suite.ports["inspection"], CREATE, requests, writes, token, "inspection")


def copy_emptied(database, empty, tables):
    shutil.copy(database, empty)
    connection = sqlite3.connect(empty)
    for table in tables[::2]:
        connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


def bench_writes(report, programs):
    for case, writes, environment in (("rpc_vs_single", WRITES, {}),
                                      ("rpc_vs_single_sync2ms", SLOW_WRITES, SLOW_SYNC)):
        pairs = [write_through(programs, writes, environment) for _ in range(ROUNDS)]
        ours, other = (iter([pair[i] for pair in pairs]) for i in (0, 1))
        report.turns(case, "raw SQLite, the same rows, one commit per write", "writes/s",
                     lambda: next(ours), lambda: next(other), ROUNDS)


def bench_import(report, programs):
    rates = []
    for _ in range(ROUNDS):
        service = Service(programs, "registry")
        try:
            operators, took = import_county(service)
            rates.append(operators / took)
        finally:
            service.close()
    report.bar("county_import", rates, 5000, "operators/s")
    idle = {name: idle_pss_mib(programs, name) for name in client.PORTS}
    print("  ".join(f"{name} {mib:.1f} MiB" for name, mib in idle.items()))
    report.bar("idle_pss_mib", [max(idle.values())], 64, "MiB")


def idle_pss_mib(programs, name):
    """Of a service with an empty store, 10 s after it was ready."""
    service = Service(programs, name)
    try:
        time.sleep(10)
        return service.pss_mib()
    finally:
        service.close()
