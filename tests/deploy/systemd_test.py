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
JOBS = ["backup", "verify", "drill"]


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
    for program in ["shian"] + [f"shian-{service}" for service in RING]:
        shutil.copy("/bin/true", root / "usr/bin" / program)
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


def job_faults(source, folder):
    """What of the jobs `shian` does not know, or nobody starts."""
    unit = (folder / "shian-job@.service").read_text(encoding="utf-8")
    environment = (folder / "shian-ctl.conf").read_text(encoding="utf-8")
    variables = re.findall(r"^(\w+)=", environment, re.M) + re.findall(r"(SHIAN_\w+)=", unit)
    yield from (f"shian reads no {name}" for name in variables if name not in source.tool_variables)
    for service, port in source.ports.items():
        if f"SHIAN_PEER_{service.upper()}=127.0.0.1:{port}\n" not in environment:
            yield f"{service} is not at its port"
    if set(re.findall(r"LoadCredential=([\w.]+):", unit)) != {"ctl.crt", "ctl.key", "ca.crt"}:
        yield "the certificate of ctl is not loaded"
    for job in JOBS:
        command = (folder / f"shian-job@{job}.service.d/job.conf").read_text(encoding="utf-8")
        words = re.search(r"^ExecStart=/usr/bin/shian (.*)$", command, re.M)[1].split()
        yield from (f"shian has no {word}" for word in (w.partition("=")[0] for w in words)
                    if word not in source.tool_words)
        for path in re.findall(r"=(/var/lib/[\w-]+)", command + unit):
            if path.rsplit("/", 1)[1] not in re.search(r"^StateDirectory=(.*)$", unit, re.M)[1].split():
                yield f"{path} is not kept"
        timer = (folder / f"shian-job@{job}.timer").read_text(encoding="utf-8")
        if f"Unit=shian-job@{job}.service\n" not in timer or "WantedBy=timers.target" not in timer:
            yield f"{job}: its timer starts something else, or nothing"


def check_jobs(source):
    found = list(job_faults(source, UNITS))
    assert not found, found
    for name, old, new, expected in [
            ("shian-job@backup.service.d/job.conf", "--into", "--in", "shian has no --in"),
            ("shian-job@backup.service.d/job.conf", "/var/lib/shian-backups", "/var/lib/backups", "is not kept"),
            ("shian-job@.service", "SHIAN_SEEN", "SHIAN_STATE", "reads no SHIAN_STATE"),
            ("shian-job@.service", "LoadCredential=ca.crt", "#", "ctl is not loaded"),
            ("shian-ctl.conf", "7450", "7440", "trace is not at its port"),
            ("shian-job@drill.timer", "@drill.service", "@verify.service", "drill: its timer")]:
        with tempfile.TemporaryDirectory(prefix="shian-units-") as folder:
            changed = shutil.copytree(UNITS, pathlib.Path(folder) / "units")
            text = (changed / name).read_text(encoding="utf-8")
            (changed / name).write_text(text.replace(old, new))
            found = list(job_faults(source, changed))
            assert any(expected in line for line in found), f"{new}: {found}"


def readme_faults(text):
    """The lines by which units, programs and their packages get to where the units look for them."""
    for wanted in ["build/services/ctl/shian", "build/shian.binpb", "/etc/shian/ctl.conf", "/etc/shian/suite.conf",
                   "shian-job@{" + ",".join(JOBS) + "}.timer", "{" + ",".join(RING) + "}"]:
        if wanted not in text:
            yield f"{wanted} is not installed"


def check_readme():
    text = (UNITS / "README.md").read_text(encoding="utf-8")
    assert not list(readme_faults(text)), list(readme_faults(text))
    assert list(readme_faults(text.replace("build/shian.binpb", ""))), "a missing line is not seen"


def check_units(root, own):
    for unit in (["shian.target"] + [f"shian@{service}.service" for service in RING] +
                 [f"shian-job@{job}.{kind}" for job in JOBS for kind in ("service", "timer")]):
        code, said = analyze(root, "verify", unit)
        assert code == 0 and not said, f"{unit}: {said}"
    wanted = set(re.findall(r"shian@(\w+)\.service", (own / "shian.target").read_text()))
    assert wanted == set(RING), wanted
    code, said = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "shian@registry.service")
    assert code == 0, said
    print(said.splitlines()[-1])
    code, said = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "shian-job@backup.service")
    assert code == 0, said


def check_mistakes(root, own):
    """The checker must see what is wrong, or the silence above means nothing."""
    unit = own / "shian@.service"
    good = unit.read_text()
    for old, new, expected in [("ProtectClock=", "ProtectClocks=", "Unknown key"),
                               ("/usr/bin/shian-", "/usr/bin/shi-", "not executable"),
                               ("TimeoutStopSec=20", "TimeoutStopSec=soon", "Failed to parse")]:
        unit.write_text(good.replace(old, new))
        assert expected in analyze(root, "verify", "shian@trace.service")[1], new
    timer = own / "shian-job@backup.timer"
    timer.write_text(timer.read_text().replace("01:30:00", "25:30:00"))
    assert "calendar" in analyze(root, "verify", "shian-job@backup.timer")[1].lower(), "25 o'clock"
    unit.write_text(good.replace("DynamicUser=yes", "").replace("ProtectSystem=strict", "")
                    .replace("SystemCallFilter=", "#"))
    code, _ = analyze(root, "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "shian@trace.service")
    assert code != 0, "an open unit passes"


def main():
    if shutil.which("systemd-analyze") is None:
        print("skipped: needs systemd-analyze (Debian: systemd)")
        return 77
    check_settings(Source())
    check_jobs(Source())
    check_readme()
    with tempfile.TemporaryDirectory(prefix="shian-units-") as folder:
        root = pathlib.Path(folder)
        own = lay_out(root)
        check_units(root, own)
        check_mistakes(root, own)
    return 0


if __name__ == "__main__":
    sys.exit(main())
