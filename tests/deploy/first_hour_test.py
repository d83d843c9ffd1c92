#!/usr/bin/python3
"""The first hour of deploy/README.md, as it stands there, on a suite of this machine.

What needs a cluster, a registry or root is left out of its commands; everything else is run by a shell
from a folder that has `deploy` and `build` as a clone would. Then a backup is taken and restored with
the keys that step 8 published.

Run: tests/deploy/first_hour_test.py BUILD
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from ring import RING, ROOT

sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.dont_write_bytecode = True

from suite import Suite  # noqa: E402

PORT_SHIFT = 18500
FARMS = 50  # of 60, as some rows are wrong on purpose
ELSEWHERE = ("kubectl", "skopeo", "apt-get", "./dev ", "deploy/image/build", "deploy/kubernetes/overlays")


def commands(step):
    """The shell blocks of one step, without the statements that need what is not here."""
    text = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^\*\*{step}\. (.*?)(?=^\*\*\d\. |\Z)", text, re.M | re.S)
    blocks = re.findall(r"^```\n(.*?)^```$", part, re.M | re.S)
    assert blocks, f"step {step} has no commands"
    statements = re.findall(r"^for .*?^done[^\n]*\n|(?:[^\n]*\\\n)*[^\n]*\n", "".join(blocks), re.M | re.S)
    return "".join(one for one in statements if not any(word in one for word in ELSEWHERE))


class Desk:
    """A shell that remembers what the steps before it exported."""

    def __init__(self, folder, suite):
        self.folder, self.suite, self.before = folder, suite, ""
        for name, target in (("deploy", ROOT / "deploy"), ("build", suite.build)):
            (folder / name).symlink_to(target)
        self.environment = {**os.environ, "HOME": str(folder)}
        for service, port in suite.ports.items():
            self.environment[f"SHIAN_PEER_{service.upper()}"] = f"127.0.0.1:{port}"

    def run(self, text):
        script = f"{self.before}\necho BEGIN\n{text}"
        done = subprocess.run(["bash", "-uc", script], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, check=False, timeout=120)
        # Functions and exports stay for the next step, as in one shell.
        self.before += "".join(re.findall(r"^export [^\n]*\n|^\w+\(\) \{.*?\}\n", text, re.M | re.S))
        said = done.stdout.partition("BEGIN\n")[2]
        print(said + done.stderr, end="")
        return said


def expect(good, what):
    if not good:
        raise AssertionError(f"deploy/README.md, first hour: {what}")


def check_steps(desk):
    said = desk.run(commands(5))
    expect(len(re.findall(r" SERVING$", said, re.M)) == len(RING), f"step 5: {said}")
    said = desk.run(commands(6))
    approved = re.findall(r"^(\w+): approved (\d+), in force (\d+)$", said, re.M)
    first, second = approved[:len(RING)], approved[len(RING):]
    expect([name for name, _, _ in first] == [name for name, _, _ in second] == RING, f"step 6: {said}")
    expect(all(active == "0" for _, _, active in first), f"step 6: one officer is enough: {first}")
    expect(all(count == active != "0" for _, count, active in second), f"step 6: not in force: {second}")
    desk.run(commands(7))
    said = desk.run(commands(8))
    (count,) = re.findall(r'"total": "?(\d+)', said)
    expect(int(count) >= FARMS, f"step 8: {count} operators")
    expect(said.count("signature holds") == 3 * len(RING) and "DOES NOT" not in said, f"step 8: {said}")
    keys = re.findall(r'"verifier_key": "([^"]+)"', said)
    expect(len(keys) == len(RING), f"step 8: {keys}")
    return keys


def backup_age(suite):
    """What the services' metrics say of their last backup; they have one value when all were told."""
    ages = set()
    for service, port in suite.ports.items():
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/metrics", timeout=5) as answer:
            ages.add(re.search(r"^shian_backup_last_timestamp_seconds (\S+)$", answer.read().decode(), re.M)[1])
    return ages


def check_restore(desk, keys):
    """With the published keys nothing of a backup is believed; without them, it is said."""
    old = "".join(f'echo 1000000000 > "{path}"\n' for path in desk.suite.state.glob("*/*.backed-up"))
    expect(old.count("\n") == len(RING), "no mark of a backup beside the stores")
    desk.suite.stop()
    desk.run(old)
    desk.suite.start()
    expect({float(age) for age in backup_age(desk.suite)} == {1e9}, "the last backup is forgotten")
    taken = desk.run("mkdir -p backups && shian backup --into backups --keep 1 && sleep 1 &&"
                    " shian backup --into backups --keep 1")
    expect(len(taken.split()) == 2 and len(list((desk.folder / "backups").iterdir())) == 1, f"backups: {taken}")
    expect(all(float(age) > 1.7e9 for age in backup_age(desk.suite)), "the services were not told")
    pins = " ".join(f"--key '{key}'" for key in keys)
    plain = "shian restore --latest-in backups --seen none --state {} {} 2>&1; echo exit $?"
    said = desk.run(plain.format("blind", ""))
    expect(said.count("WARNING: key taken from the backup") == len(RING) and "exit 0" in said, said)
    said = desk.run(plain.format("pinned", pins))
    expect("WARNING" not in said and said.count(": restored to pinned/") == len(RING), said)
    said = desk.run(plain.format("forged", pins.replace(keys[0], keys[0][:-6] + "AAAAA=")))
    expect("exit 1" in said and not list(desk.folder.glob("forged/*/*.db")), f"a wrong key is taken: {said}")
    said = desk.run("shian verify --service trace --key '" + keys[RING.index("trace")] + "'")
    expect(said.count("signature holds") == 3, f"verify with a pinned key: {said}")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="shian-first-hour-"))
    suite = Suite(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build", simulated=False, port_shift=PORT_SHIFT)
    desk = Desk(folder, suite)
    try:
        desk.run(commands(0))
        desk.run(commands(3))
        suite.pki = folder / "shian-keys"
        issuer = re.search(r"ISSUER=(\S+)", commands(0))[1]
        suite.settings = [f"token-issuer = {issuer}"]
        suite.start()
        check_restore(desk, check_steps(desk))
    finally:
        suite.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
