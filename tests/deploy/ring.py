"""What the services' own code and the table of systems say, for the manifests to be held against."""
import pathlib
import re

RING = ["registry", "inspection", "credit", "sanction", "trace"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = "policy-systems-"


def systems_of(objects):
    """{system: services of the ring that it may call or watch}, by the table that is rendered."""
    (config,) = [entry for entry in objects if entry["kind"] == "ConfigMap" and
                 entry["metadata"]["name"].startswith(TABLE)]
    called = {}
    for text in config["data"].values():
        for block in re.split(r"^systems \{", text, flags=re.M)[1:]:
            system = re.search(r'^  id: "([^"]+)"', block, re.M)[1]
            names = re.findall(r'services: "shian\.(\w+)\.v1|origin: "(\w+)"', block)
            called[system] = {one or other for one, other in names} & set(RING)
    return called


def edges_of(objects):
    """(caller, callee) of every pair within the suite; ctl is the operators' own tool."""
    return {(caller, callee) for caller, called in systems_of(objects).items()
            if caller in RING + ["ctl"] for callee in called}


def called_from_outside(objects):
    return {callee for caller, called in systems_of(objects).items()
            if caller not in RING + ["ctl"] for callee in called}


class Source:
    """Facts of the C++ code that the manifests rely on."""

    def __init__(self, root=ROOT):
        config = (root / "libs/config/config.cc").read_text(encoding="utf-8")
        self.keys = set(re.findall(r'^ {6}\{"([a-z-]+)", "', config, re.M))
        self.ports = {name: int(port) for name, port in re.findall(r'\{"(\w+)", (74\d0)\}', config)}
        limits = (root / "libs/rpc/limits.h").read_text(encoding="utf-8")
        self.shutdown_seconds = int(re.search(r"kShutdownGrace = absl::Seconds\((\d+)\)", limits)[1])
        server = (root / "libs/rpc/server.h").read_text(encoding="utf-8")
        self.live = re.search(r'kLiveService\[\] = "([^"]+)"', server)[1]
        self.policies = {path.relative_to(root / "deploy/policies").as_posix()
                         for path in (root / "deploy/policies").rglob("*.txtpb")}
