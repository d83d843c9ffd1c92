#!/usr/bin/env python3
"""Runs a test program against a temporary PostgreSQL, where SHIAN_TEST_POSTGRESQL finds it: once at
serialisable isolation, and once at snapshot isolation with each write's first attempt disturbed.

    with_postgresql.py build/libs/store_test '~[sqlite]~[.]'
"""

import os
import subprocess
import sys

import postgresql

SKIPPED = 77


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    if not postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        return SKIPPED
    with postgresql.Cluster() as cluster:
        for way, more in (({}, ""), ({"SHIAN_TEST_SNAPSHOT": "1", "SHIAN_TEST_DISTURB": "1"},
                                     "~[undisturbed]")):
            print(f"-- {' '.join(way) or 'as it ships'}", flush=True)
            environment = {**os.environ, "SHIAN_TEST_POSTGRESQL": cluster.address(), **way}
            program, tests = sys.argv[1], "".join(sys.argv[2:]) + more
            code = subprocess.run([program, tests], env=environment, check=False).returncode
            if code != 0:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
