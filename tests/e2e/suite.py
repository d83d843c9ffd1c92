"""The five services as five processes with mTLS between them, each on its own store."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))
import postgresql
from client import PORTS, Client, Refused, load_protos

SERVICES = list(PORTS)
READY_SECONDS = 30
DRAIN_SECONDS = 15
CLOCK_START = "2025-03-03T09:00:00+08:00"


class Suite:
    """Starts, restarts and stops the services; they listen on loopback only."""

    def __init__(self, build, state=None, simulated=True, port_shift=0, store="sqlite"):
        self.build = pathlib.Path(build).resolve()
        self.source = pathlib.Path(__file__).resolve().parents[2]
        self.pki = self.build / "pki"
        self.temporary = state is None
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="shian-"))
        self.ports = {name: port + port_shift for name, port in PORTS.items()}
        self.simulated = simulated
        self.drain_seconds = 0
        self.processes = {}
        self.clients = {}
        # A database of a temporary PostgreSQL for each service, or a file.
        self.cluster = postgresql.Cluster(**postgresql.DURABLE) if store == "postgresql" else None
        self.stores = {}
        load_protos(self.build / "shian.binpb")

    def arguments(self, service):
        folder = self.state / service
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"state = {folder}", f"pki = {self.pki}", f"port = {self.ports[service]}",
                 f"policies = {self.source / 'deploy' / 'policies'}", f"drain-seconds = {self.drain_seconds}"]
        lines += [f"peer.{peer} = 127.0.0.1:{port}" for peer, port in self.ports.items()
                  if peer != service]
        if self.cluster is not None:
            lines.append(f"store = {self.database(service)}")
        if self.simulated:
            lines += ["simulated-clock = true", f"clock-start = {CLOCK_START}"]
        lines += getattr(self, "settings", [])
        config = folder / f"{service}.conf"
        config.write_text("\n".join(lines) + "\n")
        return [str(self.build / "services" / f"shian-{service}"), "--config", str(config)]

    def database(self, service):
        if service not in self.stores:
            self.stores[service] = self.cluster.create(service)
        return self.stores[service]

    def log(self, service):
        return self.state / f"{service}.log"

    def start(self, *services):
        for service in services or SERVICES:
            with open(self.log(service), "ab") as log:
                self.processes[service] = subprocess.Popen(
                    self.arguments(service), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                    start_new_session=True, env={**os.environ, **getattr(self, "environment", {})})
        for service in services or SERVICES:
            self.wait_ready(service)

    def wait_ready(self, service):
        """Asks the plaintext health listener until it says SERVING."""
        deadline = time.monotonic() + READY_SECONDS
        # The first try may come too early: try again soon, and poll while waiting.
        options = [(f"grpc.{end}_reconnect_backoff_ms", 50) for end in ("initial", "min", "max")]
        channel = grpc.insecure_channel(f"127.0.0.1:{self.ports[service] + 2}", options)
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        while time.monotonic() < deadline:
            if self.processes[service].poll() is not None:
                break
            try:
                if check(b"", timeout=1, wait_for_ready=True) == b"\x08\x01":
                    channel.close()
                    return
            except grpc.RpcError:
                pass
            time.sleep(0.05)
        channel.close()
        raise RuntimeError(f"{service} did not become ready: {self.tail(service)}")

    def tail(self, service, lines=5):
        text = self.log(service).read_text(errors="replace").strip().split("\n")
        return " | ".join(text[-lines:])

    def kill(self, service):
        """SIGKILL, by the process's own id."""
        self.processes[service].kill()
        self.processes.pop(service).wait()

    def stop(self, *services):
        """SIGTERM and wait for the drain; returns the exit codes."""
        chosen = [s for s in services or SERVICES if s in self.processes]
        for service in chosen:
            self.processes[service].send_signal(signal.SIGTERM)
        codes = {}
        for service in chosen:
            process = self.processes.pop(service)
            try:
                codes[service] = process.wait(DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[service] = process.wait()
        return codes

    def close(self, keep=False):
        for client in self.clients.values():
            client.close()
        codes = self.stop()
        if self.cluster is not None:
            self.cluster.close()
        if self.temporary and not keep:
            shutil.rmtree(self.state, ignore_errors=True)
        return codes

    def client(self, system="ctl"):
        if system not in self.clients:
            self.clients[system] = Client(self.pki, system, self.ports)
        return self.clients[system]

    def shian(self, *arguments, check=True, **options):
        """Runs the command-line tool against this suite."""
        command = [str(self.build / "services" / "ctl" / "shian"), *map(str, arguments)]
        environment = {**os.environ, "SHIAN_PKI": str(self.pki),
                       "SHIAN_POLICIES": str(self.source / "deploy" / "policies"),
                       "SHIAN_DESCRIPTORS": str(self.build / "shian.binpb"),
                       # The checkpoints that `verify` has seen are those of this suite.
                       "XDG_STATE_HOME": str(self.state)}
        for service, port in self.ports.items():
            environment[f"SHIAN_PEER_{service.upper()}"] = f"127.0.0.1:{port}"
        done = subprocess.run(command, capture_output=True, text=True, env=environment, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: "
                               f"{done.stderr[-2000:]}{done.stdout[-500:]}")
        return done

    def token(self, person, posts, organisation="410902", region="410902", name="", **options):
        """An officer's token from the development issuer."""
        arguments = ["token", "issue", "--person", person, "--organisation", organisation,
                     "--region", region, "--card", f"1610{region}{abs(hash(person)) % 1000:03d}",
                     "--name", name or person]
        for post in posts:
            arguments += ["--post", post]
        for key, value in options.items():
            arguments += [f"--{key.replace('_', '-')}", str(value)]
        return self.shian(*arguments).stdout.strip()

    def wait_feeds(self):
        """Waits until every service has followed its peers to their heads, twice in a row."""
        self.shian("clock", "wait")

    def advance(self, time_text):
        """Moves the simulated clocks of all services to a time, in ring order."""
        self.shian("clock", "advance", "--to", time_text)


def expect_refused(reason, function, *arguments, **options):
    """The call must be refused with this reason; gives the refusal."""
    try:
        function(*arguments, **options)
    except Refused as refused:
        if reason not in (refused.reason, refused.code):
            raise AssertionError(f"refused with {refused.code}/{refused.reason} "
                                 f"instead of {reason}: {refused.details}") from refused
        return refused
    raise AssertionError(f"not refused with {reason}")
