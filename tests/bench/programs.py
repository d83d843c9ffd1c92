"""The benchmark programs of the build, each run giving its figures."""
import itertools
import json
import os
import shutil
import subprocess


class Programs:
    def __init__(self, build, scratch):
        self.build = build
        self.scratch = scratch
        self.numbers = itertools.count()

    def run(self, program, *arguments, environment=None):
        done = subprocess.run([str(self.build / "tests" / "bench" / f"bench_{program}"),
                               *map(str, arguments)], check=True, capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})
        if done.stderr:
            print(done.stderr.strip(), flush=True)
        return json.loads(done.stdout)

    def quiet(self, program, *arguments):
        """For what a program leaves behind, not for figures."""
        self.text(program, *arguments)

    def text(self, program, *arguments):
        return subprocess.run([str(self.build / "tests" / "bench" / f"bench_{program}"),
                               *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    def folder(self):
        """A new empty one; every run begins with an empty table."""
        path = self.scratch / str(next(self.numbers))
        path.mkdir()
        return path

    def in_folder(self, program, *arguments):
        folder = self.folder()
        try:
            return self.run(program, *arguments, folder)
        finally:
            shutil.rmtree(folder)

    def store(self, mode, writes):
        return self.in_folder("store", mode, writes)

    def ledger(self, mode, entries):
        return self.in_folder("ledger", mode, entries)
