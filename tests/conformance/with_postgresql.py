#!/usr/bin/env python3
"""Runs a test program against a temporary PostgreSQL, where SHIAN_TEST_POSTGRESQL finds it: at
serialisable isolation, at snapshot isolation with each write's first attempt disturbed, and there
once more without, the tests that would not bear it.

    with_postgresql.py build/libs/store_test '~[sqlite]~[.]'
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import postgresql

SKIPPED = 77
MANY = 200  # writes, among which each kind is met: by chance one is not once in 10^5 runs


def judge(lines):
    """What the program says that it disturbed; a fault that never happens proves nothing."""
    ordered, conflicts, cuts, at_commit = (sum(int(line.split()[i]) for line in lines) for i in range(4))
    print(f"disturbed: of {ordered} first attempts {conflicts} by a conflict and {cuts} by a cut line, "
          f"{at_commit} of them at their COMMIT")
    if conflicts + cuts == 0 or ordered >= MANY and 0 in (conflicts, cuts, at_commit):
        print("what was ordered of the writes did not happen")
        return 1
    return 0


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    if not postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        return SKIPPED
    program, tests = sys.argv[1], "".join(sys.argv[2:])
    with postgresql.Cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        told = pathlib.Path(folder) / "disturbed"
        snapshot = {"SHIAN_TEST_SNAPSHOT": "1"}
        for what, way, more in (("as it ships", {}, ""),
                                ("snapshot, disturbed", {**snapshot, "SHIAN_TEST_DISTURB": str(told)},
                                 "~[undisturbed]"),
                                ("snapshot", snapshot, "[undisturbed]")):
            print(f"-- {what}", flush=True)
            environment = {**os.environ, "SHIAN_TEST_POSTGRESQL": cluster.address(), **way}
            code = subprocess.run([program, tests + more], env=environment, check=False).returncode
            if code != 0:
                return code
        return judge(told.read_text().splitlines() if told.exists() else [])


if __name__ == "__main__":
    sys.exit(main())
