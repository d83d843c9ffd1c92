"""What the services' own code and the table of systems say, for the manifests to be held against."""
import pathlib
import re

RING = ["registry", "inspection", "credit", "sanction", "trace"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = "policy-systems-"


# Packages of gRPC services that every process serves.
EVERYWHERE = {"common", "ledger", "policy"}


def systems_of(objects):
    """{system: its block in the table that is rendered}."""
    (config,) = [entry for entry in objects if entry["kind"] == "ConfigMap" and
                 entry["metadata"]["name"].startswith(TABLE)]
    blocks = [block for text in config["data"].values()
              for block in re.split(r"^systems \{", text, flags=re.M)[1:]]
    return {re.search(r'^  id: "([^"]+)"', block, re.M)[1]: block for block in blocks}


def callees_of(block):
    """The services of the ring that a system may call: its own packages, or what all of them serve."""
    packages = set(re.findall(r'services: "shian\.(\w+)\.v1', block))
    return set(RING) if packages & EVERYWHERE else packages & set(RING)


def edges_of(objects):
    """(caller, callee) of every pair within the suite: whose facts a service may watch, or whose own
    gRPC services it may call. ctl is the operators' own tool."""
    edges = set()
    for caller, block in systems_of(objects).items():
        if caller == "ctl":
            edges |= {(caller, callee) for callee in callees_of(block)}
        elif caller in RING:
            named = re.findall(r'services: "shian\.(\w+)\.v1|origin: "(\w+)"', block)
            edges |= {(caller, one or other) for one, other in named if (one or other) in RING}
    return edges


def called_from_outside(objects):
    return {callee for caller, block in systems_of(objects).items()
            if caller not in RING + ["ctl"] for callee in callees_of(block)}


def peers_of(root, service):
    """Whose facts a service reacts to. One asks nobody else: a channel to a peer is made for a feed
    alone (Host::State::Follow)."""
    folder = root / "services" / service
    main = (folder / "main.cc").read_text(encoding="utf-8")
    peers = re.findall(r'host\.React\(\s*"(\w+)"', main)
    if re.search(r"host\.React\(\s*[^\s\"]", main):  # credit: one map of peers for two modules
        text = (folder / "archive/reactions.cc").read_text(encoding="utf-8")
        peers += re.findall(r'^ {6}\{"(\w+)",$', text[text.index("Filings() {"):], re.M)
    return set(peers)


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
        scraping = (root / "deploy/prometheus/kubernetes.yml").read_text(encoding="utf-8")
        self.monitoring = re.search(r"alertmanager\.([\w-]+)\.svc", scraping)[1]
        tool = "".join(path.read_text(encoding="utf-8") for suffix in ("cc", "h")
                       for path in sorted((root / "services/ctl").rglob(f"*.{suffix}")))
        self.tool_variables = set(re.findall(r'"(SHIAN_[A-Z_]*[A-Z])"', tool))
        self.tool_variables |= {f"SHIAN_PEER_{service.upper()}" for service in RING}
        self.tool_words = set(re.findall(r'add_subcommand\("([\w-]+)"', tool))
        self.tool_words |= {flag for flags in re.findall(r'add_(?:option|flag)\(\s*"(-[^"]+)"', tool)
                            for flag in flags.split(",")}
        self.follows = {(service, peer) for service in RING for peer in peers_of(root, service)}
        self.policies = {path.relative_to(root / "deploy/policies").as_posix()
                         for path in (root / "deploy/policies").rglob("*.txtpb")}
