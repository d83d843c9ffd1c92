"""./dev bench trace: traces beside SQLite's recursive query, a plain compressed adjacency, PostgreSQL's
recursive query inside its server, and an empty echo."""
import time

import postgresql
import services
from services import ROUNDS, Echo, Service, write_requests

TRACE = "shian.trace.v1.GenealogyService/Trace"
REQUEST = "shian.trace.v1.TraceRequest"
GET = "shian.registry.v1.OperatorService/GetOperator"
SMALL_CALLS = 20_000
LOT = "https://id.gs1.org/01/06901234567892/10/L{}"
# (case, start, direction): some 1,000 lots, 29,366 and 328,566 of them.
STREAMS = [("rpc_1k_vs_postgres", 600_007, "back"), ("rpc_30k_vs_postgres", 1_100_007, "back"),
           ("rpc_300k_vs_postgres", 5, "forward")]
SMALL = 400_007  # 56 lots


def bench_trace(report, programs):
    in_memory(report, programs)
    from_store(report, programs)
    through_rpc(report, programs)


def in_memory(report, programs):
    for graph, peers in (("tiered", ("cte", "csr")), ("supply", ("csr",))):
        run = programs.run("trace", "walk", graph)
        suffix = "" if graph == "tiered" else "_supply"
        for way, size in (("back", "20k"), ("forward", "300k")):
            print(f"{graph}, {way}: {run[way + '_lots']:,.0f} lots")
            for peer in peers:
                ours, other = (iter([{"rate": run[f"{way}_{who}_{n}"]} for n in range(ROUNDS)])
                               for who in ("ours", peer))
                is_what = {"cte": "SQLite's recursive query, covering indexes, in memory",
                           "csr": "plain compressed adjacency, breadth first"}[peer]
                report.turns(f"{way}_{size}_vs_{peer}{suffix}", is_what, "traces/s",
                             lambda: next(ours), lambda: next(other), ROUNDS)


def from_store(report, programs):
    for graph in ("tiered", "supply"):
        path = programs.folder() / "trace.db"
        made = programs.run("trace", "fill", graph, path)
        print(f"{graph}: {made['inputs']:,.0f} edges into processes, {made['outputs']:,.0f} out")
        runs = [programs.run("trace", "rebuild", graph, path) for _ in range(ROUNDS)]
        suffix = "" if graph == "tiered" else "_supply"
        report.bar("rebuild_edges_per_s" + suffix, [run["rate"] for run in runs], 3_000_000,
                   "edges/s")
        report.bar("bytes_per_edge" + suffix, [runs[0]["bytes_per_edge"]], 24, "bytes")
        print(f"beside the edges: {runs[0]['sightings_per_edge']:.1f} bytes each for where lots were "
              f"and when, {runs[0]['texts_per_edge']:.1f} for the identifiers' texts")


def through_rpc(report, programs):
    service, echo = Service(programs, "trace"), Echo(programs)
    try:
        service.suite.stop("trace")
        programs.run("trace", "fill", "tiered", service.suite.state / "trace" / "trace.db")
        service.start()
        small(report, programs, service, echo)
        beside_postgresql(report, programs, service)
    finally:
        echo.close()
        service.close()


def small(report, programs, service, echo):
    requests = write_requests(programs.scratch / "small", REQUEST,
                              [{"seeds": [LOT.format(SMALL)], "direction": "TRACE_DIRECTION_BACK",
                                "page_size": 100}])
    empty = write_requests(programs.scratch / "empty", "shian.registry.v1.GetOperatorRequest",
                           [{"name": "operators/1"}])
    ours = lambda: services.load(programs, service.suite.ports["trace"], TRACE, requests,
                                 SMALL_CALLS, server="trace", in_flight=1)
    report.turns("rpc_small_p99_vs_echo", "empty mTLS echo, 1 in flight", "us", ours,
                 lambda: services.load(programs, echo.port, GET, empty, SMALL_CALLS, in_flight=1),
                 figure="p99_us")


def beside_postgresql(report, programs, service):
    address = f"127.0.0.1:{service.suite.ports['trace']}"
    with postgresql.Cluster(**postgresql.FAST) as cluster:
        fill(cluster, programs)
        for case, start, direction in STREAMS:
            runs = []

            def ours():
                runs.append(programs.run("trace", "stream", address, programs.build / "pki",
                                         LOT.format(start), direction))
                return runs[-1]
            report.turns(case, "PostgreSQL, recursive query in its server", "traces/s", ours,
                         lambda: recursive(cluster, start, direction), 3)
            print(f"{case}: {runs[0]['lots']:,.0f} lots streamed")


def fill(cluster, programs):
    path = programs.scratch / "edges"
    path.write_text(programs.text("trace", "edges", "tiered"))
    programs.scratch.chmod(0o755)  # the server reads it as another user
    cluster.primary.sql("CREATE DATABASE lots")
    sql = lambda text: cluster.primary.sql(text, database="lots")
    sql("CREATE TABLE edge (src int, dst int)")
    sql(f"COPY edge FROM PROGRAM 'cat {path}'")
    sql("CREATE INDEX ON edge (src, dst)")
    sql("CREATE INDEX ON edge (dst, src)")
    sql("VACUUM ANALYZE edge")


def recursive(cluster, start, direction):
    near, far = ("dst", "src") if direction == "back" else ("src", "dst")
    began = time.monotonic()
    text = cluster.primary.sql(
        f"EXPLAIN (ANALYZE, TIMING OFF) WITH RECURSIVE r(n) AS (SELECT {start} UNION SELECT e.{far} "
        f"FROM r JOIN edge e ON e.{near} = r.n) SELECT COUNT(*) FROM r", database="lots")
    for line in text.splitlines():
        if "Execution Time:" in line:
            return {"rate": 1000 / float(line.split(":")[1].split()[0])}
    return {"rate": 1 / (time.monotonic() - began)}
