#!/usr/bin/python3
"""Backup under load and restore to empty (rows 21 and 24): what was acknowledged before the backup
is there, the ring goes on from it, what was lost is said; a changed or half backup is refused."""
import hashlib
import base64
import json
import pathlib
import shutil
import time

import traffic
import books
import county
import done
import harness
import matters
from harness import ContractSuite
from feeds_test import settle

BACKUPS = 3
BLOB_BYTES = [0, 8, 200_000, 1_300_000]
BLOB_SERVICE = "shian.common.v1.BlobService"
UNAVAILABLE = 64 + 14


def upload(suite, content):
    parts = [{"data": base64.b64encode(content[at:at + 65536]).decode()}
             for at in range(0, len(content), 65536)]
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    parts.append({"end": {"count": len(content), "sha256": digest}})
    return suite.client("ctl").send(f"{BLOB_SERVICE}/UploadBlob", parts, service="sanction",
                                    token=suite.officer("ZF-backup"))["sha256"]


def download(suite, sha256):
    pieces = suite.client("ctl").stream(f"{BLOB_SERVICE}/DownloadBlob", {"sha256": sha256},
                                        service="sanction", token=suite.officer("ZF-backup"),
                                        timeout=10)
    return b"".join(base64.b64decode(piece.get("data", "")) for piece in pieces)


def time_writes(writer):
    """Notes how long each write takes from now on: [(when it ended, seconds)]."""
    times, write = [], writer.write

    def timed(client, number):
        began = time.monotonic()
        name = write(client, number)
        times.append((time.monotonic(), time.monotonic() - began))
        return name
    writer.write = timed
    return times


def p99(times, since, until):
    chosen = sorted(took for at, took in times if since <= at < until)
    return chosen[int(len(chosen) * 0.99)] * 1000 if chosen else float("nan")


def take(suite, checks, folder):
    """A backup that must succeed."""
    done = suite.shian("backup", "--to", folder, check=False)
    checks.equal(done.returncode, 0, f"shian backup: {done.stderr[-1000:]}")
    return folder


def check_under_load(suite, checks, writers, folder):
    """Several backups while all write; gives what was acknowledged before the last one."""
    times = time_writes(writers["inspection"])
    began = time.monotonic()
    time.sleep(1.5)
    for number in range(BACKUPS):
        before = {service: list(writer.acknowledged) for service, writer in writers.items()}
        middle = time.monotonic()
        last = take(suite, checks, folder / f"{number}")
        ended = time.monotonic()
        print(f"backup {number}: {ended - middle:.2f} s, write p99 "
              f"{p99(times, began, middle):.1f} ms before, {p99(times, middle, ended):.1f} during")
        began = ended
        time.sleep(0.5)
    for service in suite.ports:
        left = [path.name for path in (suite.state / service).glob("*.copy-*")]
        checks.equal(left, [], f"{service}: copies left beside the store")
    return last, before


def restore(suite, backup, state, *arguments):
    return suite.shian("restore", "--from", backup, "--state", state, *arguments, check=False)


def check_refused(suite, checks, backup, state, what, name):
    done = restore(suite, backup, state)
    checks.equal(done.returncode, 1, f"{what}: {done.stderr[-300:]}")
    checks.expect(name in done.stderr, f"{what}: {name} is not named: {done.stderr[-300:]}")
    checks.expect(not list(state.glob("*/*.db*")), f"{what}: a store was restored")


def spoil(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def check_tampered(suite, checks, backup, random, folder):
    """One bit anywhere in a backup, a missing file, a missing end: refused, the file named."""
    files = [path.relative_to(backup) for path in backup.rglob("*") if path.is_file()]
    stores = [path for path in files if path.name == "store.db"]
    blobs = [path for path in files if "blobs" in path.parts]
    manifests = [path for path in files if path.name == "manifest.json"]
    checks.equal((len(stores), len(manifests)), (5, 5), "stores and manifests of the backup")
    checks.expect(len(blobs) >= len(BLOB_BYTES), f"{len(blobs)} files of evidence")
    for number, file in enumerate(stores[:2] + blobs[:1] + manifests[:1]):
        copy = shutil.copytree(backup, folder / f"tampered{number}")
        spoil(copy / file, random.randrange((copy / file).stat().st_size))
        check_refused(suite, checks, copy, folder / "none", f"a bit of {file}", str(file))
    copy = shutil.copytree(backup, folder / "missing")
    (copy / blobs[-1]).unlink()
    check_refused(suite, checks, copy, folder / "none", "a missing file", str(blobs[-1]))
    check_forged(suite, checks, backup, folder)
    copy = shutil.copytree(backup, folder / "half")
    (copy / "backup.json").unlink()
    done = restore(suite, copy, folder / "none")
    checks.expect(done.returncode == 2 and "backup.json" in done.stderr,
                  f"a backup without its end: {done.returncode} {done.stderr[-300:]}")


def check_forged(suite, checks, backup, folder):
    """Who changes a row and every digest of files beside it is betrayed by the row's own."""
    import sqlite3
    copy = shutil.copytree(backup, folder / "forged")
    store, manifest = copy / "registry" / "store.db", copy / "registry" / "manifest.json"
    connection = sqlite3.connect(store)
    connection.execute("UPDATE log_entry SET region = '000000' WHERE sequence = 3")
    connection.commit()
    connection.close()
    content = json.loads(manifest.read_text())
    content["store"].update(size=store.stat().st_size,
                            sha256=hashlib.sha256(store.read_bytes()).hexdigest())
    manifest.write_text(json.dumps(content))
    end = json.loads((copy / "backup.json").read_text())
    end["services"]["registry"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (copy / "backup.json").write_text(json.dumps(end))
    check_refused(suite, checks, copy, folder / "none", "a forged row", "log_entry")


def check_kept(suite, checks, before, backup):
    """Everything acknowledged before the backup began, and nothing from after it ended."""
    for service, names in before.items():
        checks.expect(names, f"{service}: nothing was acknowledged before the backup")
        checks.equal(set(names) - books.written(suite, service), set(),
                     f"{service}: backed up and gone")
    for service in suite.ports:
        logs = json.loads((backup / service / "manifest.json").read_text())["logs"]
        for number, log in enumerate(logs):
            kept = books.one(suite, service, "SELECT count(*) FROM log_entry "
                             f"WHERE log = {number} AND epoch = 1")
            checks.equal(kept, log["last"], f"{service}: entries of log {log['log']}")
            first = books.rows(suite, service, "SELECT epoch, type FROM log_entry WHERE "
                               f"log = {number} AND sequence = {log['last'] + 1}")
            checks.equal(first, [(2, "shian.ledger.epoch.begun")],
                         f"{service}: what follows in log {log['log']}")


def check_books(suite, checks):
    settle(suite, checks)
    books.check_draws(suite, checks)
    books.check_common(suite, checks)


def seen(suite):
    """Where `shian verify` keeps the checkpoints that it has seen of this suite."""
    return suite.state / "shian"


def check_said(suite, checks, before):
    """Who had verified the logs before the restore is told once that entries were lost."""
    lost = suite.shian("verify", "--state", before, check=False)
    checks.equal(lost.returncode, 1, f"verify after a restore: {lost.stdout}")
    lines = {line.split(":")[0]: line for line in lost.stdout.splitlines()}
    for log in ("registry/facts", "inspection/facts"):
        whole = log == "inspection/facts"  # policies alone, all activated before the backup
        checks.equal("restored from a backup" in lines[log], not whole, lines[log])
        checks.equal("consistent with size" in lines[log], whole, lines[log])
    again = suite.shian("verify", "--state", before, check=False)
    checks.equal(again.returncode, 0, f"verify once more: {again.stdout}")


def check_goes_on(suite, checks, random):
    """New writes, and a round of facts from registry to all who follow it."""
    draws = traffic.Writer(suite, "inspection", traffic.create_draws(suite.officer("ZF-restored")))
    draws.start()
    changed = [{**row, "town": f"镇{row['line']}"} for row in county.operator_rows(random, 50)]
    county.import_rows(suite.client("ctl"), county.IMPORT_OPERATORS, changed)
    time.sleep(0.5)
    draws.finish()
    checks.equal(draws.problem, "", "a writer after the restore")
    checks.expect(len(draws.acknowledged) > 5, "hardly a draw after the restore")
    epochs = books.rows(suite, "inspection", "SELECT max(sequence), max(epoch) FROM log_entry "
                        "WHERE log = 1")
    checks.equal(epochs[0][1], 2, "the epoch of new draws")


def check_restored(suite, checks, random, backup, before, blobs, folder):
    """All five from one backup, on empty folders: the ring goes on."""
    other = ContractSuite(suite.build, port_shift=17500)
    other.pki, other.issuer = suite.pki, suite.issuer
    try:
        began = time.monotonic()
        done = restore(other, backup, other.state, "--seen", seen(suite))
        checks.equal(done.returncode, 0, f"shian restore: {done.stderr[-1000:]}")
        print(f"restored in {time.monotonic() - began:.2f} s")
        checks.expect("LOST from log facts" in done.stderr, f"no word of losses: {done.stderr}")
        again = restore(other, backup, other.state)
        checks.expect(again.returncode == 2 and "empty" in again.stderr,
                      f"a restore over a store: {again.returncode} {again.stderr[-300:]}")
        other.start()
        check_books(other, checks)
        check_kept(other, checks, before, backup)
        for sha256, content in blobs.items():
            checks.expect(download(other, sha256) == content, f"evidence {sha256}")
        check_goes_on(other, checks, random)
        check_books(other, checks)
        matters.check_all(other, checks)
        take(other, checks, folder / "of-restored")
        check_said(other, checks, seen(suite))
    finally:
        harness.remove(other)


def check_crash(suite, checks, folder):
    """A service dies while it copies: no backup, nobody stays held, nothing is left."""
    suite.reconnect()
    suite.stop("credit")
    suite.environment["SHIAN_FAULTS"] = "backup_mid=kill"
    suite.start("credit")
    suite.environment["SHIAN_FAULTS"] = ""
    done = suite.shian("backup", "--to", folder / "crashed", check=False)
    checks.equal(done.returncode, UNAVAILABLE, f"a backup that broke off: {done.stderr[-300:]}")
    checks.expect("credit" in done.stderr, f"who broke off: {done.stderr[-300:]}")
    checks.equal(list(folder.glob("crashed*")), [], "what a broken backup left")
    checks.equal(suite.processes.pop("credit").wait(), -9, "credit's end")
    suite.start("credit")
    suite.reconnect()
    left = [path.name for path in (suite.state / "credit").glob("*.copy-*")]
    checks.equal(left, [], "copies left beside the store after a restart")
    settle(suite, checks)
    taken = take(suite, checks, folder / "after-crash")
    done = suite.shian("backup", "--to", taken, check=False)
    checks.expect(done.returncode == 2 and "exists" in done.stderr,
                  f"a backup over a backup: {done.returncode} {done.stderr[-300:]}")


def test(suite, checks):
    random = harness.seeded_random()
    folder = pathlib.Path(suite.state) / "backups"
    done.begin(suite)
    blobs = {upload(suite, content): content for content in map(random.randbytes, BLOB_BYTES)}
    writers = traffic.start_traffic(suite, random)
    backup, before = check_under_load(suite, checks, writers, folder)
    checks.section("backed up under load")
    for writer in writers.values():
        writer.finish()
    settle(suite, checks)
    books.check_all(suite, checks, writers)
    matters.check_all(suite, checks)
    check_tampered(suite, checks, backup, random, folder)
    checks.section("tampered")
    check_crash(suite, checks, folder)
    checks.section("backup_mid")
    suite.reconnect()
    suite.stop()
    check_restored(suite, checks, random, backup, before, blobs, folder)


if __name__ == "__main__":
    harness.run(test, port_shift=17000, start=False)
