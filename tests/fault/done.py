#!/usr/bin/python3
"""The stores as the whole main job leaves them: cases, penalties, a listing, grades, a recall and an
erasure, which is what the books of other tests are about. It takes long, so it is done once for a build,
and each test begins with a copy."""
import os
import pathlib
import shutil
import sys
import tempfile
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))

import harness  # noqa: E402
import traffic  # noqa: E402
from demo import run_story  # noqa: E402
from story.world import Narrator  # noqa: E402

PORT_SHIFT = 12500
# What another authority attests, beside the job: of things that no later event is about.
EVENTS, EVENTS_FROM = 10, 50_000_000


def folder(build):
    return build / "tests" / "fault" / "done"


def is_made(build):
    """Whether it stands there and is no older than the programs that made it."""
    made = folder(build)
    programs = (build / "services").glob("shian-*")
    return made.exists() and all(path.stat().st_mtime < made.stat().st_mtime for path in programs)


def make(build):
    """Does the main job; what stands in the folder is always whole."""
    suite = harness.ContractSuite(build, PORT_SHIFT)
    try:
        suite.start()
        run_story(suite, Narrator(silent=True), build / "county")
        capture = traffic.capture_events(uuid.uuid4(), turn=EVENTS_FROM)
        for number in range(1, EVENTS + 1):
            capture(suite.client("ctl"), number)
        codes = suite.stop()
        assert not any(codes.values()), codes
        folder(build).parent.mkdir(parents=True, exist_ok=True)
        part = pathlib.Path(tempfile.mkdtemp(dir=folder(build).parent, prefix="done-"))
        shutil.copytree(suite.state, part, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.log"))
        shutil.rmtree(folder(build), ignore_errors=True)
        os.utime(part)
        part.rename(folder(build))
    finally:
        harness.remove(suite)


def begin(suite):
    """Starts the suite with keys and stores of its own that are copies of those."""
    if not is_made(suite.build):
        print("the main job is done first", flush=True)
        make(suite.build)
    shutil.copytree(folder(suite.build), suite.state, dirs_exist_ok=True)
    suite.start()


if __name__ == "__main__":
    make(harness.build_folder())
