"""Ours and the other in turn, round after round, and what the medians say."""
import json
import statistics

ROUNDS = 5
# What a ratio must reach, by case; a bar of what costs is the most it may be.
LEAST = {"get_mtls_64": 0.7, "group_vs_single": 2, "group_vs_batch64": 0.6, "rpc_vs_single": 0.8,
         "rpc_vs_single_sync2ms": 10, "append_vs_insert": 0.5, "get_vs_echo": 0.4,
         "write_vs_pgbench": 0.4, "stream_vs_copy": 0.4, "sqlite_get_before_after": 0.9,
         "sqlite_write_before_after": 0.9, "exact_vs_echo": 0.7, "back_20k_vs_cte": 50,
         "forward_300k_vs_cte": 50, "back_20k_vs_csr": 0.5, "forward_300k_vs_csr": 0.5,
         "rpc_1k_vs_postgres": 5, "stream_vs_sqlite": 0.5, "stream_vs_pg_copy": 0.4,
         "single_vs_sqlite": 1, "single_vs_sqlite_sync2ms": 10}
MOST = {"get_server_cpu": 1.6, "rpc_small_p99_vs_echo": 2}


class Report:
    """The rows of one benchmark; written as JSON and as a table."""

    def __init__(self, name):
        self.name = name
        self.rows = []

    def turns(self, case, other_is, unit, ours, other, rounds=ROUNDS, bigger=True, figure="rate"):
        """Measures A B A B; `bigger`: the rates are compared, else times or costs."""
        pairs = [(ours()[figure], other()[figure]) for _ in range(rounds)]
        ours_median = statistics.median(pair[0] for pair in pairs)
        other_median = statistics.median(pair[1] for pair in pairs)
        self.add(case, ours_median, other_median, other_is, unit, ours_median / other_median, rounds)

    def bar(self, case, figures, bar, unit):
        """An absolute figure beside its bar."""
        self.add(case, statistics.median(figures), bar, "bar", unit, None, len(figures))

    def add(self, case, ours, other, other_is, unit, ratio, rounds):
        self.rows.append({"case": case, "ours": ours, "other": other, "other_is": other_is,
                          "unit": unit, "ratio": ratio, "rounds": rounds,
                          "least": LEAST.get(case), "most": MOST.get(case)})
        print(self.line(self.rows[-1]), flush=True)

    @staticmethod
    def line(row):
        ratio = "" if row["ratio"] is None else f"ratio {row['ratio']:.2f}"
        for bound, missed in (("least", lambda r, b: r < b), ("most", lambda r, b: r > b)):
            if row["ratio"] is not None and row[bound] is not None:
                ratio += (f" ({bound} {row[bound]:g}"
                          f"{', MISSED' if missed(row['ratio'], row[bound]) else ''})")
        return (f"{row['case']:24} {row['ours']:12,.1f} {row['unit']:10} "
                f"{row['other_is']}: {row['other']:,.1f}  {ratio}")

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps({"name": self.name, "rows": self.rows}, indent=2) + "\n")
        print(f"written: {path}")
