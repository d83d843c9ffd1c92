#!/usr/bin/env python3
"""The images of deploy/image, built for real, and the pods and jobs of deploy/kubernetes run from them.

Needs buildah, podman, runc and conmon, and root; skipped where they are absent.
"""
import argparse
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time

from pods_by_podman import USER, Podman, Pods, missing_tools

MISSING = missing_tools()
if MISSING:
    print(f"skipped: needs {', '.join(MISSING)} (Debian: buildah podman runc conmon netavark catatonit)")
    sys.exit(77)

from kubernetes_test import KUBERNETES, make_secrets  # noqa: E402
from render import render  # noqa: E402
from ring import RING, ROOT, Source  # noqa: E402

TAG = "test"
IMAGES = RING + ["ctl"]
SHELLS = {"sh", "bash", "dash", "busybox", "python3", "perl", "env", "ld", "apt", "dpkg"}
READY_SECONDS = 60
FARMS = 60  # of the sample county
PROBE = """
import grpc, sys
channel = grpc.insecure_channel("127.0.0.1:" + sys.argv[1])
name = sys.argv[2].encode()
body = b"\\x0a" + bytes([len(name)]) + name if name else b""
answer = channel.unary_unary("/grpc.health.v1.Health/Check")(body, timeout=2, wait_for_ready=True)
sys.exit(answer != b"\\x08\\x01")
"""


def build_images(podman, build, images):
    made = podman(ROOT / "deploy/image/build", "--tag", TAG, build, *images, timeout=900).stdout
    print(made, end="")
    return {line.split()[0]: line.split()[1] for line in made.splitlines()}


def check_image(podman, image, tag=TAG):
    """No shell, nothing with a privilege, and no library that the program does not name."""
    name = f"localhost/shian/{image}:{tag}"
    user = podman("podman", "image", "inspect", "--format", "{{.Config.User}}", name).stdout.strip()
    assert user == f"{USER}:{USER}", f"{image}: runs as {user}"
    root = pathlib.Path(podman("podman", "image", "mount", name).stdout.strip())
    try:
        files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        programs = [path for path in files if path.stat().st_mode & stat.S_IXUSR and ".so" not in path.name]
        assert [path.name for path in programs] == [f"shian-{image}" if image != "ctl" else "shian"], programs
        assert not SHELLS & {path.name for path in files}, image
        for path in files:
            mode = path.stat().st_mode
            assert not mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), f"{image}: {path}"
        program = "/" + str(programs[0].relative_to(root))
        named = subprocess.run(["chroot", root, next("/" + str(path.relative_to(root)) for path in files
                                                     if path.name.startswith("ld-linux")), "--list", program],
                               capture_output=True, text=True, check=True).stdout
        wanted = {line.split("=>")[0].split()[0].rsplit("/")[-1] for line in named.splitlines()}
        shipped = {path.name for path in files if ".so" in path.name}
        assert shipped == wanted - {"linux-vdso.so.1"}, f"{image}: {shipped ^ wanted}"
        packages = {path.name for path in (root / "var/lib/dpkg/status.d").iterdir()}
        assert "libc6" in packages and all(
            (root / "usr/share/doc" / package / "copyright").is_file() for package in packages), image
        return packages
    finally:
        podman("podman", "image", "unmount", name)


def check_refusals(podman, build):
    """A shell is seen in an image, and a library of no package never gets into one."""
    planted = podman.folder / "planted"
    planted.mkdir()
    shutil.copy("/bin/true", planted / "sh")
    (planted / "Containerfile").write_text(f"FROM localhost/shian/registry:{TAG}\nCOPY sh /usr/bin/sh\n")
    podman("buildah", "bud", "--isolation", "chroot", "-t", "localhost/shian/registry:planted", planted)
    try:
        check_image(podman, "registry", "planted")
    except AssertionError:
        pass
    else:
        raise AssertionError("a shell was not seen")
    foreign = next(path for path in pathlib.Path("/lib").glob("*/libz.so.1"))
    shutil.copy(foreign, planted)
    done = subprocess.run([ROOT / "deploy/image/build", build, "registry"], capture_output=True, text=True,
                          env={**podman.environment, "LD_LIBRARY_PATH": str(planted)}, check=False)
    assert done.returncode == 1 and "libz.so.1: of no Debian package" in done.stderr, done


def probe(pods, service, name, port):
    """What the kubelet would ask, from inside the pod's network."""
    return subprocess.run(["nsenter", f"--net=/proc/{pods.process(service)}/ns/net", "/usr/bin/python3",
                           "-c", PROBE, str(port), name], capture_output=True, check=False).returncode == 0


def wait_ready(pods, source, service):
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if probe(pods, service, "", source.ports[service] + 2):
            return
        time.sleep(0.2)
    raise AssertionError(f"{service} is not ready: {pods.log(service)[-2000:]}")


def check_confinement(pods, service):
    """What the kernel says of the process, not what podman was asked for."""
    process = pathlib.Path("/proc") / str(pods.process(service))
    told = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
    assert set(told["Uid"].split()) == set(told["Gid"].split()) == {str(USER)}, told
    assert int(told["CapEff"], 16) == int(told["CapBnd"], 16) == 0, told["CapBnd"]
    assert told["NoNewPrivs"] == "1" and told["Seccomp"] == "2", service
    mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    (root,) = [fields[5] for fields in mounts if fields[4] == "/"]
    assert "ro" in root.split(","), f"{service}: the root can be written"
    written = {fields[4] for fields in mounts if "rw" in fields[5].split(",")}
    own = {path for path in written if not path.startswith(("/dev", "/proc", "/sys", "/run", "/etc"))}
    assert own == {"/var/lib/shian"}, f"{service}: {own} can be written"
    resident = int(told["VmRSS"].split()[0]) // 1024
    print(f"{service}: user {USER}, no capability, read-only root, {resident} MiB resident")


def check_suite(pods, source):
    for service in RING:
        pods.start(service)
    for service in RING:
        wait_ready(pods, source, service)
        assert probe(pods, service, source.live, source.ports[service] + 2), service
        assert "policy_refused" not in pods.log(service), pods.log(service)[:2000]
        check_confinement(pods, service)
    print(pods.ctl("health").stdout, end="")
    assert pods.ctl("deadline", "--from", "2025-01-24", "--days", "5", "--unit", "working").stdout == "2025-02-07\n"


def check_facts(pods):
    """Facts go in through one pod and reach the others along the ring; the nightly proof finds them."""
    county = "/var/lib/shian/county"  # on the volume of seen checkpoints, the one place it may write
    pods.ctl("sample", "make", county)
    # The county's wrong rows are refused, so the import does not end with 0.
    done = pods.ctl("import", "operators", f"{county}/farms.csv", "--map",
                    "/usr/share/shian/maps/operators.json", check=False)
    assert done.returncode == 1 and "USCC_LENGTH" in done.stdout + done.stderr, done
    pods.ctl("clock", "wait")
    size = facts_of(pods)
    assert size >= FARMS, f"{size} facts of {FARMS} farms"
    return size


def facts_of(pods):
    """How many facts of the registry the nightly proof finds good."""
    said = pods.run("CronJob", "verify", "--rm").stdout
    (size,) = re.findall(r"^registry/facts: size (\d+), signature holds", said, re.M)
    return int(size)


def check_restart(pods, source, size):
    """Drained within the pod's grace, and again on the same volume: the same log, grown from itself."""
    began = time.monotonic()
    code = pods.stop("registry")
    print(f"registry: exit {code} after {time.monotonic() - began:.1f} s")
    assert code == 0, "killed before it was drained"
    assert pods.ctl("health", check=False).returncode != 0, "health does not notice a service that is away"
    pods.start("registry")
    wait_ready(pods, source, "registry")
    assert facts_of(pods) == size
    print(f"registry: {size} facts before and after, proved")


def check_backup(pods, source, size):
    """The jobs as they run by the clock, then a restore over the services' own volumes."""
    taken = pods.run("CronJob", "backup", "--rm").stdout.strip()
    assert re.fullmatch(r"/backup/\d{8}-\d{6}", taken), taken
    said = pods.run("CronJob", "drill", "--rm").stderr
    assert said.count(": restored to /drill/") == len(RING), said
    assert "WARNING" not in said, f"the proof has seen every log, and yet: {said}"
    for service in RING:
        assert pods.stop(service) == 0, service
    said = pods.run("CronJob", "restore", "--rm").stderr
    assert said.count(": what was there is in /restore/") == len(RING), said
    for service in RING:
        pods.start(service)
    for service in RING:
        wait_ready(pods, source, service)
    pods.ctl("clock", "wait")
    assert facts_of(pods) == size + 1  # the entry that begins the new epoch
    print(f"backup {taken}: drilled, restored, {size + 1} facts proved")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    parser.add_argument("--folder", help="where to keep images; default: none are kept")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    podman = Podman(arguments.folder or tempfile.mkdtemp(prefix="shian-images-"))
    try:
        ids = build_images(podman, build, IMAGES)
        again = build_images(podman, build, IMAGES[:1])
        assert again.items() <= ids.items(), "the same build gives another image"
        packages = set().union(*(check_image(podman, image) for image in IMAGES))
        told = re.search(r"no-install-recommends (lib[^`]*?)\ninstall", (
            ROOT / "deploy/systemd/README.md").read_text(encoding="utf-8"))[1].replace("\\", "").split()
        assert set(told) <= packages, f"deploy/systemd/README.md: {set(told) - packages} is linked by nothing"
        check_refusals(podman, build)
        pods = Pods(podman, render(KUBERNETES / "base"), make_secrets(), TAG)
        source = Source()
        check_suite(pods, source)
        size = check_facts(pods)
        check_restart(pods, source, size)
        check_backup(pods, source, size)
    finally:
        podman.clean()
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
