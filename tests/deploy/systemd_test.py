#!/usr/bin/env python3
"""The units of deploy/systemd, read by systemd's own checker; nothing is started.

Skipped where systemd-analyze is absent.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from ring import RING, ROOT, Source

UNITS = ROOT / "deploy/systemd"
EXPOSURE_MAX = 15  # of 100, by `systemd-analyze security`
SPARE_SECONDS = 5


def analyze(root, *arguments):
    done = subprocess.run(["systemd-analyze", arguments[0], f"--root={root}", *arguments[1:]],
                          capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def lay_out(root):
    """A root folder with our units, systemd's own, and programs of the right names."""
    own = root / "etc/systemd/system"
    shutil.copytree(UNITS, own)
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    for service in RING:
        shutil.copy("/bin/true", root / f"usr/bin/shian-{service}")
    return own


def check_settings(source):
    """Every key that the unit and its example configuration give is one that a service takes."""
    unit = (UNITS / "shian@.service").read_text(encoding="utf-8")
    flags = set(re.findall(r"--([a-z-]+)=", unit)) - {"config"}
    keys = set(re.findall(r"^([a-z-]+) =", (UNITS / "suite.conf").read_text(encoding="utf-8"), re.M))
    drop = (UNITS / "shian@registry.service.d/identity.conf").read_text(encoding="utf-8")
    keys |= {name.lower().replace("_", "-") for name in re.findall(r"SHIAN_(\w+)=", drop)}
    assert flags and keys and flags | keys <= source.keys, (flags | keys) - source.keys
    credentials = set(re.findall(r"LoadCredential=([\w.]+):", unit + drop))
    assert credentials == set(re.findall(r"%d/([\w.]+)", unit + drop)), "a key is loaded that nobody reads"
    drain = int(re.search(r"drain-seconds = (\d+)", (UNITS / "suite.conf").read_text())[1])
    stop = int(re.search(r"TimeoutStopSec=(\d+)", unit)[1])
    assert stop >= drain + source.shutdown_seconds + SPARE_SECONDS, "killed before its drain is over"


def check_units(root, own):
    for unit in ["shian.target"] + [f"shian@{service}.service" for service in RING]:
        code, said = analyze(root, "verify", unit)
        assert code == 0 and not said, f"{unit}: {said}"
    wanted = set(re.findall(r"shian@(\w+)\.service", (own / "shian.target").read_text()))
    assert wanted == set(RING), wanted
    code, said = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "shian@registry.service")
    assert code == 0, said
    print(said.splitlines()[-1])


def check_mistakes(root, own):
    """The checker must see what is wrong, or the silence above means nothing."""
    unit = own / "shian@.service"
    good = unit.read_text()
    for old, new, expected in [("ProtectClock=", "ProtectClocks=", "Unknown key"),
                               ("/usr/bin/shian-", "/usr/bin/shi-", "not executable"),
                               ("TimeoutStopSec=20", "TimeoutStopSec=soon", "Failed to parse")]:
        unit.write_text(good.replace(old, new))
        assert expected in analyze(root, "verify", "shian@trace.service")[1], new
    unit.write_text(good.replace("DynamicUser=yes", "").replace("ProtectSystem=strict", "")
                    .replace("SystemCallFilter=", "#"))
    code, _ = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "shian@trace.service")
    assert code != 0, "an open unit passes"


def main():
    if shutil.which("systemd-analyze") is None:
        print("skipped: needs systemd-analyze (Debian: systemd)")
        return 77
    check_settings(Source())
    with tempfile.TemporaryDirectory(prefix="shian-units-") as folder:
        root = pathlib.Path(folder)
        own = lay_out(root)
        check_units(root, own)
        check_mistakes(root, own)
    return 0


if __name__ == "__main__":
    sys.exit(main())
