#!/usr/bin/python3
"""A crash at every named point (row 5): as after any other crash, and the same request_id gives
the answer of whatever happened."""
import os
import time
import uuid

import traffic
import books
import county
import harness
from client import Refused
from feeds_test import settle

# Points that a write passes, and those that a follower passes.
WRITES = ["after_begin", "after_fact", "after_change", "before_commit", "after_commit",
          "before_reply", "checkpoint_mid"]
FOLLOWS = ["after_effect", "before_cursor"]
PASSED_BY_FOLLOWERS = ["after_begin", "before_commit", "after_commit", "before_reply"]
MIGRATIONS = ["migrate_step"]
STEPS = (1, 2, 4)
BACKUPS = ["backup_mid"]  # alone in backup_test, here beside others
TRIES = 12
PAIRS = bool(os.environ.get("SHIAN_PAIRS"))


def points_of_source():
    text = (harness.SOURCE / "libs" / "faults" / "points.def").read_text()
    points = [line.split('"')[1] for line in text.splitlines() if line.startswith("FAULT_POINT")]
    # Those of a database are store_test's own.
    return [point for point in points if not point.startswith("postgres_")]


def arm(suite, setting):
    suite.environment["SHIAN_FAULTS"] = setting


def dies(suite, service, seconds=5):
    """Waits for the armed process to end by itself."""
    until = time.monotonic() + seconds
    while suite.processes[service].poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return suite.processes[service].poll() is not None


def start_armed(suite, service, setting):
    """Whether it came up; a crash while it starts is a crash like another."""
    arm(suite, setting)
    try:
        suite.start(service)
        return True
    except RuntimeError:
        return False
    finally:
        arm(suite, "")


def check_write(suite, checks, random, settings):
    """Draws are created until the armed process dies, once for each setting; those of the time
    before are sent again first. Gives how many were answered before a crash, and how many sent."""
    token, client = suite.officer("ZF-point"), suite.client("ctl")
    before, answers, what = books.written(suite, "inspection"), {}, ", then ".join(settings)
    for setting in settings:
        suite.stop("inspection")
        start_armed(suite, "inspection", setting)
        # The log is folded in after a second of idleness.
        pause = 1.2 if setting.startswith("checkpoint_mid") else 0
        if setting.startswith("backup_mid"):
            send_until_dead(suite, checks, random, token, answers, what, pause, TRIES)
            break_backup(suite, checks, what)
        else:
            send_until_dead(suite, checks, random, token, answers, what, pause)
        checks.expect(dies(suite, "inspection"), f"{what}: the process never passed it")
        suite.kill("inspection")
        suite.start("inspection")
        suite.reconnect()
    made = set()
    for request_id, first in answers.items():
        request = {**traffic.DRAW, "request_id": request_id}
        again = client.call(f"{traffic.DRAWS}/CreateDraw", request, token)["draw"]
        checks.expect(first in (None, again), f"{what}: answered {first}, then {again}")
        made.add(again["name"])
    checks.equal(len(made), len(answers), f"{what}: draws of {len(answers)} requests")
    checks.equal(books.written(suite, "inspection") ^ before, made, f"{what}: draws made")
    return sum(first is not None for first in answers.values()), len(answers)


def break_backup(suite, checks, what):
    """A backup that the armed process does not survive, so there is none; what it copied goes at its next
    start, as backup_test checks."""
    done = suite.shian("backup", "--to", suite.state / "broken", check=False)
    checks.expect(done.returncode != 0 and "inspection" in done.stderr,
                  f"{what}: a backup without inspection: {done.returncode} {done.stderr[-300:]}")
    checks.equal(list(suite.state.glob("broken*")), [], f"{what}: what a broken backup left")


def send_until_dead(suite, checks, random, token, answers, what, pause, tries=TRIES * 4):
    """`answers` keeps the first answer to each request_id, nothing while there was none."""
    waiting = list(answers)
    for _ in range(tries):
        if suite.processes["inspection"].poll() is not None:
            break
        known = waiting.pop(0) if waiting else str(uuid.UUID(int=random.getrandbits(128)))
        answers.setdefault(known, None)
        try:
            draw = suite.client("ctl").call(f"{traffic.DRAWS}/CreateDraw",
                                            {**traffic.DRAW, "request_id": known}, token,
                                            timeout=3)["draw"]
            checks.expect(answers[known] in (None, draw), f"{what}: another answer: {draw}")
            answers[known] = draw
        except Refused as refused:
            checks.expect(refused.code in traffic.TRANSIENT, f"{what}: {refused}")
        time.sleep(pause)


def setting_of(random, point, last):
    """The point is armed for one of its passes; the log is folded in too seldom for many, and a backup
    is one."""
    if point in BACKUPS:
        return f"{point}=kill"
    return f"{point}=kill@{random.randint(1, 2 if point == 'checkpoint_mid' else last)}"


def check_writes(suite, checks, random):
    answered = 0
    for point in WRITES:
        setting = setting_of(random, point, 40)
        known, sent = check_write(suite, checks, random, [setting])
        answered += known
        checks.section(f"{setting}: {sent} requests, {known} answered before it")
    checks.expect(answered > 0, "no answer before a crash, so none to compare")


def check_pairs(suite, checks, random):
    """A crash at one point, and while its requests are sent again another one; one of a backup before
    and after each; a new store whose second start dies as well."""
    for first in WRITES + BACKUPS:
        for second in WRITES + BACKUPS:
            check_write(suite, checks, random,
                        [setting_of(random, point, 6) for point in (first, second)])
        checks.section(f"{first}, then each")
    for first in PASSED_BY_FOLLOWERS + FOLLOWS:
        for second in FOLLOWS:
            check_follow(suite, checks, random, first, second)
        checks.section(f"{first} while following, then each")
    for first in STEPS:
        for second in (1, 2):
            check_migration(suite, checks, first, second)
    checks.section("migrate_step, twice")


def check_follow(suite, checks, random, *points):
    """inspection dies between an effect and its cursor, or elsewhere and then there, and ends with
    registry's operators."""
    suite.stop("inspection")
    changed = [{**row, "town": f"{'-'.join(points)}{row['line']}"}
               for row in county.operator_rows(random, 60)]
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, changed)
    for point in points:
        start_armed(suite, "inspection", f"{point}=kill")
        checks.expect(dies(suite, "inspection"), f"{point}: the process never passed it")
        suite.kill("inspection")
    suite.start("inspection")
    suite.reconnect()
    settle(suite, checks)


def check_migration(suite, checks, *steps):
    """A new store whose first starts die in the middle of its schema."""
    suite.stop("trace")
    for file in (suite.state / "trace").glob("trace.db*"):
        file.unlink()
    for step in steps:
        checks.expect(not start_armed(suite, "trace", f"migrate_step=kill@{step}"),
                      f"migrate_step {step} of {steps}: the process never passed it")
        suite.kill("trace")
    suite.start("trace")
    checks.expect(suite.alive("trace"), f"trace after crashes in the steps {steps}")


def test(suite, checks):
    random = harness.seeded_random()
    known = WRITES + FOLLOWS + MIGRATIONS + BACKUPS
    checks.equal(sorted(points_of_source()), sorted(known), "every point has its test")
    county.activate_policies(suite, ["inspection"])
    for step in STEPS:
        check_migration(suite, checks, step)
    checks.section("migrate_step")
    check_writes(suite, checks, random)
    for point in FOLLOWS:
        check_follow(suite, checks, random, point)
        checks.section(point)
    if PAIRS:
        check_pairs(suite, checks, random)
    settle(suite, checks)
    books.check_draws(suite, checks)
    books.check_common(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=13000)
