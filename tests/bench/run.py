"""./dev bench rpc|store|ledger|import|replicas|engines|screen|capture|trace: ours and its peer, or its limit, side by side in one run.

Times differ between machines and between hours on one machine; the ratios within a run are what
counts. Nothing here passes or fails.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests" / "e2e"), str(SOURCE / "tests" / "contract"),
                str(SOURCE / "tests" / "conformance")]

import captures  # noqa: E402
import engines  # noqa: E402
import postgresql  # noqa: E402
import screen  # noqa: E402
import services  # noqa: E402
import traces  # noqa: E402
from compare import ROUNDS, Report  # noqa: E402
from programs import Programs  # noqa: E402

STORE_WRITES = 40_000
LEDGER_ENTRIES = 60_000
TREE_LEAVES = 1_000_000
SEQUENCED_WRITES = 5_000
WRITERS = 16
# What one write of bench_replicas leaves, as a script of pgbench.
SAME_ROWS = r"""
\set number random(1, 10000)
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO subject_version (shard, version) VALUES ('operators/' || :number, 1) ON CONFLICT (shard)
  DO UPDATE SET version = subject_version.version + 1;
INSERT INTO log_pending (shard, version, position, log, type, subject, region, time, recorded, cause,
  commitment, salt, payload, digest) SELECT 'operators/' || :number, version, 0, 0, 'type',
  'operators/' || :number, '410902', 1, 1, '', sha256('c'), sha256('s'), decode(repeat('70', 300),
  'hex'), sha256('d') FROM subject_version WHERE shard = 'operators/' || :number;
INSERT INTO request (caller, request_id, body_digest, reply, recorded, digest)
  VALUES ('bench', gen_random_uuid()::text, sha256('b'), '', 1, sha256('d'));
COMMIT;
"""


def bench_store(report, programs):
    through = lambda: programs.store("store", STORE_WRITES)
    report.turns("group_vs_single", "raw SQLite, one commit per write", "writes/s", through,
                 lambda: programs.store("single", STORE_WRITES))
    report.turns("group_vs_batch64", "raw SQLite, one commit per 64 writes", "writes/s", through,
                 lambda: programs.store("batch64", STORE_WRITES))
    services.bench_writes(report, programs)
    crowds = [programs.store("crowd", STORE_WRITES) for _ in range(ROUNDS)]
    p50, p99 = ([crowd[at] for crowd in crowds] for at in ("p50_us", "p99_us"))
    report.bar("p99_over_p50", [high / low for high, low in zip(p99, p50)], 8, "times")


def bench_ledger(report, programs):
    report.turns("append_vs_insert", "raw SQLite, the same bytes in the same batches", "entries/s",
                 lambda: programs.ledger("append", LEDGER_ENTRIES),
                 lambda: programs.ledger("insert", LEDGER_ENTRIES))
    proofs = [programs.ledger("inclusion", TREE_LEAVES)["micros"] for _ in range(ROUNDS)]
    report.bar("inclusion_1m_us", proofs, 200, "us")


def bench_replicas(report, programs):
    """On a temporary PostgreSQL that waits for its disk: what the sequencer adds to a write's answer,
    and the writes beside pgbench's transactions of the same rows."""
    runs = []

    def ours():
        runs.append(programs.run("replicas", cluster.create(f"ours{len(runs)}"), SEQUENCED_WRITES,
                                 WRITERS))
        return runs[-1]

    def by_hand():
        database = f"hand{len(runs)}"
        programs.run("replicas", cluster.create(database), 1, 1)  # makes the tables
        return {"rate": cluster.primary.pgbench(database, SAME_ROWS, SEQUENCED_WRITES, WRITERS)}

    with postgresql.Cluster(**postgresql.DURABLE) as cluster:
        report.turns("writes_vs_pgbench", "pgbench, the same rows by hand", "writes/s", ours, by_hand)
    report.bar("sequencer_delay_p99_ms", [run["p99_ms"] for run in runs], 200, "ms")


BENCHES = {"capture": captures.bench_capture, "engines": engines.bench_engines, "replicas": bench_replicas,
           "store": bench_store, "ledger": bench_ledger, "rpc": services.bench_reads,
           "import": services.bench_import, "screen": screen.bench_screen,
           "trace": traces.bench_trace}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--build", default=SOURCE / "build", type=pathlib.Path)
    parser.add_argument("--before", default=engines.BEFORE, metavar="REV",
                        help="engines: the commit beside which SQLite is measured; default %(default)s")
    options = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="shian-bench-"))
    report = Report(options.name)
    try:
        more = [options.before] if options.name == "engines" else []
        BENCHES[options.name](report, Programs(options.build.resolve(), scratch), *more)
        report.write(options.build / "bench")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}: {error.stderr}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
