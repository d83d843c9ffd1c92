"""Ours and the other in turn, round after round, and what the medians say."""
import json
import statistics

ROUNDS = 5


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
                          "unit": unit, "ratio": ratio, "rounds": rounds})
        print(self.line(self.rows[-1]), flush=True)

    @staticmethod
    def line(row):
        ratio = "" if row["ratio"] is None else f"ratio {row['ratio']:.2f}"
        return (f"{row['case']:24} {row['ours']:12,.1f} {row['unit']:10} "
                f"{row['other_is']}: {row['other']:,.1f}  {ratio}")

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps({"name": self.name, "rows": self.rows}, indent=2) + "\n")
        print(f"written: {path}")
