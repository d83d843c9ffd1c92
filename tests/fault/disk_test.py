#!/usr/bin/python3
"""What disks do to a running service: full (row 7), nearly full (row 8), flipped bits (row 9), cut
and foreign files (row 10), slow syncs (row 11)."""
import concurrent.futures
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time
import uuid

import traffic
import books
import county
import harness
from client import Client, Refused
from feeds_test import settle

TMPFS_MIB = 48
FLIPS = int(os.environ.get("SHIAN_ROUNDS", 20))
# A long run cuts the log at every border of its frames, a short one at some.
CUTS = 12 if FLIPS <= 50 else None
# How often a log may be folded in before the kill that should find it whole.
SAVES = 5
FOLD_SECONDS_MAX = 30
BACK_SECONDS = 1.0
# After a second without a write the log is folded in and begins anew.
IDLE_SECONDS = 1.5
READS = 200
# Below it a p99 says more about the machine than about the disk.
READ_SECONDS_FLOOR = 0.005


def create(suite, token, timeout=5):
    return suite.client("ctl").call(f"{traffic.DRAWS}/CreateDraw", traffic.DRAW, token,
                                    timeout=timeout)["draw"]["name"]


def check_full(suite, checks, token):
    """A small file system fills up: writes are refused, reads and health go on, room brings them
    back without a restart."""
    folder, kept = suite.state / "inspection", suite.state / "kept"
    suite.stop("inspection")
    shutil.copytree(folder, kept)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MIB}m", "tmpfs",
                              str(folder)], capture_output=True)
    if mounted.returncode != 0:
        print("skipped: a tmpfs cannot be mounted here")
        suite.start("inspection")
        return
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        suite.start("inspection")
        suite.reconnect()
        name = create(suite, token)
        for what, left in (("nearly full", TMPFS_MIB << 14), ("full", 0)):
            check_filled(suite, checks, token, name, what, left)
        books.check_draws(suite, checks)
    finally:
        suite.stop("inspection")
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
        subprocess.run(["umount", str(folder)], check=True)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        suite.start("inspection")
        suite.reconnect()


def check_filled(suite, checks, token, name, what, left):
    ballast = suite.state / "inspection" / "ballast"
    # Folded in later, the log would give back the room that was taken.
    time.sleep(IDLE_SECONDS)
    before = read_p99(suite, checks, name)
    checks.equal(low_room(suite), 0, f"{what}: low_room before")
    fill(ballast.parent, ballast, left)
    refused = wait_refused(suite, token)
    checks.expect(refused is not None and refused.reason == "STORE_FULL", f"{what}: {refused}")
    checks.equal(low_room(suite), 1, f"{what}: low_room")
    during = read_p99(suite, checks, name)
    print(f"{what}: reads' p99 {before * 1000:.1f} ms before, {during * 1000:.1f} ms during")
    checks.expect(during <= 2 * max(before, READ_SECONDS_FLOOR), f"{what}: reads became slow")
    suite.wait_ready("inspection")
    ballast.unlink()
    took = wait_room(suite, token)
    print(f"{what}: writes were back after {took:.2f} s")
    checks.expect(took < BACK_SECONDS, f"{what}: writes were back only after {took:.2f} s")
    checks.equal(low_room(suite), 0, f"{what}: low_room after")


def read_p99(suite, checks, name):
    seconds = []
    for _ in range(READS):
        began = time.monotonic()
        got = suite.client("ctl").call(f"{traffic.DRAWS}/GetDraw", {"name": name}, timeout=5)
        seconds.append(time.monotonic() - began)
        checks.equal(got["draw"]["name"], name, "a read")
    return sorted(seconds)[int(READS * 0.99)]


def low_room(suite):
    """The gauge, as it is once the writer has looked again."""
    time.sleep(0.5)
    return next(float(line.split()[-1]) for line in suite.metrics("inspection").splitlines()
                if line.startswith("shian_store_low_room"))


def wait_room(suite, token):
    """Seconds until a write is taken again."""
    began = time.monotonic()
    while time.monotonic() - began < 10:
        try:
            create(suite, token)
            break
        except Refused as refused:
            if refused.reason != "STORE_FULL":
                raise
        time.sleep(0.02)
    return time.monotonic() - began


def fill(folder, ballast, left):
    """Takes all room but `left` bytes."""
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - left
    with open(ballast, "wb") as out:
        try:
            out.write(b"x" * max(size, 0))
        except OSError:
            pass


def wait_refused(suite, token):
    """Writes until one is refused; the refusal."""
    for _ in range(3000):
        try:
            create(suite, token)
        except Refused as refused:
            return refused
    return None


def check_flips(suite, checks, random):
    """Flipped bits in rows at rest: the start finds and names them, and they are never served."""
    store = suite.state / "registry" / "registry.db"
    rows = county.operator_rows(random, 300)
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, rows)
    suite.stop("registry")
    whole = store.read_bytes()
    titles = titles_of(store)
    spoiled = bytearray(whole)
    for operator in random.sample(sorted(titles), min(FLIPS, 50)):
        at = place_of(whole, operator)
        if at is not None:
            spoiled[at] ^= 1 << random.randrange(7)
    store.write_bytes(bytes(spoiled))
    # Some of the bytes were no row's any more: what counts is what SQLite now gives.
    now = titles_of(store)
    hit = {operator for operator in titles if now.get(operator) != titles[operator]}
    suite.start("registry")
    suite.reconnect()
    wait_scrubbed(suite, "registry")
    log = suite.log("registry").read_text()
    for operator in hit:
        checks.expect(f"operator_payload {operator}" in log, f"{operator}: found and named")
        error = checks.refused("DATA_LOSS", suite.client("ctl").call,
                               "shian.registry.v1.OperatorService/GetOperator",
                               {"name": f"operators/{operator}"})
        checks.expect(error is None or operator in str(error.status) + error.details,
                      f"{operator}: named in the refusal")
    checks.expect(len(hit) >= min(FLIPS, 50) // 2, f"only {len(hit)} rows were hit")
    checks.expect(suite.alive("registry"), "registry went down over a flipped bit")
    suite.stop("registry")
    for beside in ("-wal", "-shm"):
        pathlib.Path(f"{store}{beside}").unlink(missing_ok=True)
    store.write_bytes(whole)
    suite.start("registry")
    suite.reconnect()


def titles_of(store):
    """{operator: its title's bytes in hex} as SQLite gives them, whatever they are."""
    connection = sqlite3.connect(store)
    try:
        return dict(connection.execute("SELECT operator, hex(title) FROM operator_payload"))
    finally:
        connection.close()


def place_of(data, operator):
    """A byte of the row's Chinese title: behind the operator's id in its payload row."""
    at = data.rfind(operator.encode())
    while at >= 0:
        title = at + len(operator)
        if 0xE4 <= data[title] <= 0xE9:
            return title + 1
        at = data.rfind(operator.encode(), 0, at)
    return None


def wait_scrubbed(suite, service):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for line in suite.metrics(service).splitlines():
            if line.startswith("shian_store_scrub_passes_total") and float(line.split()[-1]) >= 1:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{service} was not scrubbed in time")


def check_foreign(suite, checks):
    """Another service's file, a newer one and another program's are refused with one line."""
    store = suite.state / "trace" / "trace.db"
    suite.stop("trace", "credit")
    whole = store.read_bytes()
    newer, other = bytearray(whole), bytearray(whole)
    newer[60:64] = (10_000).to_bytes(4, "big")  # user_version
    other[68:72] = b"ABCD"                      # application_id
    foreign = (suite.state / "credit" / "credit.db").read_bytes()
    for what, data in (("newer", bytes(newer)), ("another program's", bytes(other)),
                       ("another service's", foreign)):
        store.write_bytes(data)
        before = suite.log("trace").stat().st_size
        process = subprocess.run(suite.arguments("trace"), capture_output=True, text=True,
                                 timeout=20)
        checks.equal(process.returncode, 1, f"{what} file: exit code")
        lines = [line for line in process.stderr.splitlines() if line.startswith("shian-trace:")]
        checks.equal(len(lines), 1, f"{what} file: one clear line: {process.stderr[-300:]}")
        checks.equal(store.read_bytes(), data, f"{what} file: left as it was")
    store.write_bytes(whole)
    suite.start("trace", "credit")


def check_cut_log(suite, checks, random, token):
    """A write-ahead log cut at any frame opens at a committed state; a verifier that saw more
    refuses it."""
    for _ in range(20):
        create(suite, token)
    suite.shian("verify")
    folder, saved = suite.state / "inspection", suite.state / "saved"
    frames = save_log(suite, checks, folder, saved, token)
    for frame in random.sample(range(frames), CUTS or frames):
        cut_log(folder, saved, frame)
        suite.start("inspection")
        suite.reconnect()
        numbers = sorted(int(row[0].rsplit("-", 1)[1])
                         for row in books.rows(suite, "inspection", "SELECT draw FROM draw"))
        checks.equal(numbers, list(range(1, len(numbers) + 1)), f"cut at frame {frame}")
        checks.equal(books.one(suite, "inspection", "PRAGMA integrity_check"), "ok",
                     f"cut at frame {frame}: the file")
        suite.kill("inspection")
    shutil.rmtree(folder)
    shutil.copytree(saved, folder)
    suite.start("inspection")
    suite.reconnect()
    check_rolled_back(suite, checks, random, saved, frames)


def save_log(suite, checks, folder, saved, token):
    """Kills the service with writes in its log that its file has nothing of, and saves both; the
    log's frames. Cut below what was folded into the file, no log promises anything."""
    for _ in range(SAVES):
        before = folded(suite, checks, folder)
        for _ in range(40):
            create(suite, token)
        suite.kill("inspection")
        if (folder / "inspection.db").read_bytes() == before:
            shutil.copytree(folder, saved)
            frames = ((saved / "inspection.db-wal").stat().st_size - 32) // 4120
            checks.expect(frames > 12, f"only {frames} frames in the log")
            return frames
        print("the log was folded in before the kill: once more")
        suite.start("inspection")
        suite.reconnect()
    raise RuntimeError(f"the log was folded in {SAVES} times")


def folded(suite, checks, folder):
    """The file, once nothing is in its log any more."""
    log = folder / "inspection.db-wal"
    until = time.monotonic() + FOLD_SECONDS_MAX
    while log.stat().st_size > 0 and time.monotonic() < until:
        time.sleep(0.05)
    checks.equal(log.stat().st_size, 0, "bytes that stay in the log of an idle service")
    return (folder / "inspection.db").read_bytes()


def cut_log(folder, saved, frame):
    """The store as it was saved, with so many frames in its log."""
    shutil.rmtree(folder)
    shutil.copytree(saved, folder)
    with open(folder / "inspection.db-wal", "r+b") as wal:
        wal.truncate(32 + 4120 * frame)


def check_rolled_back(suite, checks, random, saved, frames):
    """Part of the log, and then all of it, is lost after a verifier has seen its checkpoints."""
    time.sleep(0.5)
    checks.equal(suite.shian("verify", check=False).returncode, 0, "verify before the loss")
    folder, latest = suite.state / "inspection", suite.state / "latest"
    suite.stop("inspection")
    shutil.copytree(folder, latest)
    suite.start("inspection")
    whole = books.one(suite, "inspection", "SELECT max(sequence) FROM log_entry WHERE log = 1")
    for frame in (random.randrange(frames // 2), 0):
        suite.kill("inspection")
        cut_log(folder, saved, frame)
        suite.start("inspection")
        suite.reconnect()
        left = books.one(suite, "inspection", "SELECT max(sequence) FROM log_entry WHERE log = 1")
        checks.expect(left < whole, f"cut at frame {frame}: {left} of {whole} entries")
        done = suite.shian("verify", check=False)
        checks.expect(done.returncode != 0 and "inspection" in done.stdout + done.stderr,
                      f"verify accepted a log of {left} entries after one of {whole}")
    suite.kill("inspection")
    shutil.rmtree(folder)
    shutil.copytree(latest, folder)
    suite.start("inspection")
    suite.reconnect()


def check_slow(suite, checks, token):
    """Every sync takes 50 ms: the queue stays bounded, what is too much is refused at once."""
    suite.stop("inspection")
    suite.environment["SHIAN_FAULT_DISK"] = "sync_sleep:50ms"
    suite.start("inspection")
    suite.environment.pop("SHIAN_FAULT_DISK")
    clients = [Client(suite.pki, "ctl", suite.ports) for _ in range(8)]

    def write(number):
        began = time.monotonic()
        try:
            clients[number % 8].call(f"{traffic.DRAWS}/CreateDraw", traffic.DRAW, token, timeout=2)
            return "OK", time.monotonic() - began
        except Refused as refused:
            return refused.reason or refused.code, time.monotonic() - began

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(write, range(600)))
    words = {word for word, _ in answers}
    checks.expect(words <= {"OK", "SHED_WRITER_QUEUE", "SHED_IN_FLIGHT", "SHED_CALLER_RATE"},
                  f"answers of a slow disk: {words}")
    acknowledged = sorted(took for word, took in answers if word == "OK")
    checks.expect(len(acknowledged) > 100, f"{len(acknowledged)} writes were acknowledged")
    checks.expect(acknowledged[int(len(acknowledged) * 0.99)] < 2, "an acknowledged write hung")
    for client in clients:
        client.close()
    suite.stop("inspection")
    suite.start("inspection")
    suite.reconnect()


def test(suite, checks):
    random = harness.seeded_random()
    token = suite.officer("ZF-disk")
    county.activate_policies(suite, ["inspection"])
    check_flips(suite, checks, random)
    checks.section("flipped bits")
    check_foreign(suite, checks)
    checks.section("foreign files")
    check_cut_log(suite, checks, random, token)
    checks.section("cut logs")
    check_slow(suite, checks, token)
    checks.section("slow syncs")
    check_full(suite, checks, token)
    checks.section("full")
    settle(suite, checks)
    books.check_draws(suite, checks)
    books.check_common(suite, checks)


if __name__ == "__main__":
    harness.run(test, port_shift=16000)
