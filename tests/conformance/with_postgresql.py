#!/usr/bin/env python3
"""Runs a test program against a temporary PostgreSQL, where SHIAN_TEST_POSTGRESQL finds it.

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
        environment = {**os.environ, "SHIAN_TEST_POSTGRESQL": cluster.address()}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
