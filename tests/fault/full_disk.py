"""A file system that is full (row 7) or nearly so (row 8) under a running service."""
import os
import shutil
import subprocess
import sys
import time

import traffic
import books
from client import Refused

TMPFS_MIB = 48
BACK_SECONDS = 1.0
# After a second without a write the log is folded in and begins anew.
IDLE_SECONDS = 1.5
READS = 200
# Below it a p99 says more about the machine than about the disk.
READ_SECONDS_FLOOR = 0.005
UNSHARED = "SHIAN_UNSHARED"
# What could not be tested here, and why.
UNTESTED = []


def unshare():
    """Runs this test again where it may mount: as root of a namespace of its own, which nobody need be
    root for, and what is mounted there is gone with it."""
    if UNSHARED not in os.environ and subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0:
        os.execvpe("unshare", ["unshare", "-rm", sys.executable, *sys.argv], {**os.environ, UNSHARED: "1"})


def create(suite, token, timeout=5):
    return suite.client("ctl").call(f"{traffic.DRAWS}/CreateDraw", traffic.DRAW, token,
                                    timeout=timeout)["draw"]["name"]


def metric(suite, service, name):
    return next(float(line.split()[-1]) for line in suite.metrics(service).splitlines()
                if line.startswith(name))


def check_full(suite, checks, token):
    """A small file system fills up: writes are refused, reads and health go on, room brings them
    back without a restart."""
    folder, kept = suite.state / "inspection", suite.state / "kept"
    suite.stop("inspection")
    shutil.copytree(folder, kept)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MIB}m", "tmpfs",
                              str(folder)], capture_output=True)
    if mounted.returncode != 0:
        UNTESTED.append("a full and a nearly full disk (rows 7 and 8): no tmpfs can be mounted here, neither "
                        f"in a namespace of its own nor otherwise: {mounted.stderr.decode().strip()}")
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
    return metric(suite, "inspection", "shian_store_low_room")


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
