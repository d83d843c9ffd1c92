"""./dev bench rpc|store|ledger|import: ours and its peer, or its limit, side by side in one run.

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
sys.path[:0] = [str(SOURCE / "tests" / "e2e"), str(SOURCE / "tests" / "contract")]

import services  # noqa: E402
from compare import Report  # noqa: E402
from programs import Programs  # noqa: E402

STORE_WRITES = 40_000
SINGLE_WRITES = 10_000
LEDGER_ENTRIES = 60_000
TREE_LEAVES = 1_000_000


def bench_store(report, programs):
    through = lambda: programs.store("store", STORE_WRITES)
    report.turns("group_vs_single", "raw SQLite, one commit per write", "writes/s", through,
                 lambda: programs.store("single", SINGLE_WRITES))
    report.turns("group_vs_batch64", "raw SQLite, one commit per 64 writes", "writes/s", through,
                 lambda: programs.store("batch64", STORE_WRITES))
    services.bench_writes(report, programs)
    crowds = [programs.store("crowd", STORE_WRITES) for _ in range(5)]
    p50, p99 = ([crowd[at] for crowd in crowds] for at in ("p50_us", "p99_us"))
    report.bar("p99_over_p50", [high / low for high, low in zip(p99, p50)], 8, "times")


def bench_ledger(report, programs):
    report.turns("append_vs_insert", "raw SQLite, the same bytes in the same batches", "entries/s",
                 lambda: programs.ledger("append", LEDGER_ENTRIES),
                 lambda: programs.ledger("insert", LEDGER_ENTRIES))
    proofs = programs.ledger("inclusion", TREE_LEAVES)
    report.bar("inclusion_1m_us", [proofs["micros"]], 200, "us")


BENCHES = {"store": bench_store, "ledger": bench_ledger, "rpc": services.bench_reads,
           "import": services.bench_import}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--build", default=SOURCE / "build", type=pathlib.Path)
    options = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="shian-bench-"))
    report = Report(options.name)
    try:
        BENCHES[options.name](report, Programs(options.build.resolve(), scratch))
        report.write(options.build / "bench")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}: {error.stderr}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
