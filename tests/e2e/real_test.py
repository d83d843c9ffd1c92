#!/usr/bin/env python3
"""Documents and inspections that others made go through the import paths. Skipped without the data."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import real  # noqa: E402
from story import prepare  # noqa: E402
from story.importing import total  # noqa: E402
from story.world import Narrator, World  # noqa: E402
from suite import Suite  # noqa: E402

PORT_SHIFT = 5000
SKIPPED = 77
DOCUMENTS, INSPECTIONS = 38, 24518


def main():
    shared = real.find_shared(None)
    if shared is None:
        print("skipped: no folder with real data beside the project")
        return SKIPPED
    suite = Suite(sys.argv[1] if len(sys.argv) > 1 else "build", port_shift=PORT_SHIFT)
    try:
        suite.start()
        world = World(suite, Narrator(), suite.build / "county")
        prepare.activate_policies(world)
        reports = real.import_documents(world, shared)
        assert len(reports) == DOCUMENTS, len(reports)
        for report in reports:
            assert all(row["rule"] for row in report["invalid"]), report["file"]
        visits = real.import_inspections(world, shared)
        assert total(visits, "NEW") + total(visits, "INVALID") == INSPECTIONS, visits[0]["totals"]
        bands = real.evaluate(world)["bands"]
        rates = [int(band.get("critical_ppm", 0)) for band in bands
                 if int(band.get("visited", 0)) > 100 and not band["grade"].endswith("UNRATED")]
        assert rates == sorted(rates) and len(rates) >= 3, f"the bands do not rise: {rates}"
    finally:
        suite.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
