"""What the contract tests share: the build's files, a PKI of their own, and a list of failures.

Each test is a table that runs to its end; `Checks` collects what was wrong and says all of it.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))

import client as wire  # noqa: E402
from client import Client  # noqa: E402
from google.protobuf import descriptor_pb2, text_format  # noqa: E402
from suite import Suite  # noqa: E402

from officers import Issuer  # noqa: E402

REGION = "410902"
STRANGER = "stranger"  # a certificate of the right CA whose system id stands in no table
ACCESS_OPTION = 50101  # shian.common.v1.access
OFFICER_REQUIRED = 1
SHOWN_FAILURES = 40
# Served by every process, beside the services of its own package.
COMMON_PACKAGES = ("shian.common.v1", "shian.ledger.v1", "shian.policy.v1")


def build_folder():
    parser = argparse.ArgumentParser(description="One contract test of the running suite.")
    parser.add_argument("--build", default=os.environ.get("SHIAN_BUILD", SOURCE / "build"),
                        help="build folder; default $SHIAN_BUILD, then build/")
    return pathlib.Path(parser.parse_args().build).resolve()


def seeded_random():
    """Random choices that can be made again: the seed is printed and taken from SHIAN_SEED."""
    seed = int(os.environ.get("SHIAN_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SHIAN_SEED={seed}", flush=True)
    return random.Random(seed)


class Checks:
    """Counts what was checked and keeps every failure, so that one run shows them all."""

    def __init__(self):
        self.count = 0
        self.failures = []
        self.began = time.monotonic()

    def expect(self, good, message):
        self.count += 1
        if not good:
            self.failures.append(message)
            if len(self.failures) <= SHOWN_FAILURES:
                print(f"FAILED: {message}", flush=True)
        return good

    def equal(self, found, expected, what):
        return self.expect(found == expected, f"{what}: {found!r} instead of {expected!r}")

    def refused(self, reason, function, *arguments, **options):
        """The call must be refused with this reason or code; gives the refusal."""
        what = f"{getattr(function, '__name__', 'call')}{arguments!r:.200}"
        try:
            function(*arguments, **options)
        except wire.Refused as refused:
            words = (refused.reason, refused.code, refused.details.split(":")[0])
            self.expect(reason in words,
                        f"{what}: {refused.code} {refused.reason} instead of {reason}: "
                        f"{refused.details}")
            return refused
        self.expect(False, f"{what}: not refused with {reason}")
        return None

    def section(self, title):
        print(f"-- {title} ({time.monotonic() - self.began:.1f} s)", flush=True)

    def finish(self):
        hidden = len(self.failures) - SHOWN_FAILURES
        if hidden > 0:
            print(f"... and {hidden} more")
        verdict = f"{len(self.failures)} FAILED" if self.failures else "all good"
        print(f"{self.count} checks, {verdict}, {time.monotonic() - self.began:.1f} s")
        return 1 if self.failures else 0


def make_pki(folder, *systems):
    subprocess.run([str(SOURCE / "deploy" / "pki" / "make-pki"), str(folder), *systems],
                   check=True, capture_output=True)
    return pathlib.Path(folder)


class ContractSuite(Suite):
    """A suite with keys of its own, so that a test may add and spoil certificates."""

    def __init__(self, build, port_shift, environment=None):
        super().__init__(build, port_shift=port_shift)
        self.environment = environment or {}
        self.pki = make_pki(self.state / "pki", STRANGER)
        self.issuer = Issuer(self.pki / "issuer.key")

    def officer(self, person="ZF-contract", **claims):
        """A token with every post."""
        return self.issuer.token(person, **claims)

    def metrics(self, service):
        address = f"http://127.0.0.1:{self.ports[service] + 1}/metrics"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read().decode()

    def crash(self, *services):
        """SIGKILL and start again; connections are made anew."""
        for service in services:
            self.kill(service)
        self.start(*services)
        self.reconnect()

    def reconnect(self):
        for client in self.clients.values():
            client.close()

    def alive(self, service):
        return self.processes[service].poll() is None


def run(test, port_shift, environment=None, start=True):
    """Runs `test(suite, checks)` against a fresh suite; the exit code says whether all was good."""
    checks = Checks()
    suite = ContractSuite(build_folder(), port_shift, environment)
    try:
        if start:
            suite.start()
        test(suite, checks)
    except Exception:
        traceback.print_exc()
        checks.expect(False, "the test itself broke off")
    finally:
        if checks.failures:
            show_logs(suite)
        codes = remove(suite)
        checks.equal([code for code in codes.values() if code], [], "exit codes after SIGTERM")
    sys.exit(checks.finish())


def remove(suite):
    """Ends the processes and gives their exit codes; SHIAN_KEEP=1 keeps the stores and logs."""
    keep = bool(os.environ.get("SHIAN_KEEP"))
    codes = suite.close(keep=keep)
    if keep:
        print(f"kept: {suite.state}")
    return codes


def show_logs(suite):
    for service in suite.ports:
        if suite.log(service).exists():
            print(f"{service}: {suite.tail(service, 3)}")


class Method:
    """One RPC as the descriptor set tells it."""

    def __init__(self, service, descriptor):
        self.service = service
        self.path = f"{service}/{descriptor.name}"
        self.client_streams = descriptor.client_streaming
        self.server_streams = descriptor.server_streaming
        self.request = descriptor.input_type[1:]
        self.officer = officer_needed(descriptor.options)

    @property
    def unary(self):
        return not (self.client_streams or self.server_streams)

    def on(self, channel):
        """The stub on a channel, on plain bytes."""
        kind = {(False, False): channel.unary_unary, (False, True): channel.unary_stream,
                (True, False): channel.stream_unary, (True, True): channel.stream_stream}
        return kind[self.client_streams, self.server_streams](f"/{self.path}")

    def call(self, channel, body=b"", timeout=wire.DEADLINE_SECONDS, metadata=None):
        """Sends one message and reads one; gives its bytes, or raises grpc.RpcError."""
        request = iter([body]) if self.client_streams else body
        if not self.server_streams:
            return self.on(channel)(request, timeout=timeout, metadata=metadata)
        stream = self.on(channel)(request, timeout=timeout, metadata=metadata)
        try:
            return next(stream, b"")
        finally:
            stream.cancel()


def officer_needed(options):
    for field in options.UnknownFields():
        if field.field_number == ACCESS_OPTION:
            access = wire.PROTOS.message("shian.common.v1.Access").FromString(field.data)
            return access.officer == OFFICER_REQUIRED
    return False


def services_of(build, process):
    """The gRPC services that a process serves: {full name: [Method]}."""
    packages = (f"shian.{process}.v1", *COMMON_PACKAGES)
    files = descriptor_pb2.FileDescriptorSet.FromString((build / "shian.binpb").read_bytes())
    return {f"{file.package}.{service.name}": [Method(f"{file.package}.{service.name}", method)
                                               for method in service.method]
            for file in files.file if file.package in packages for service in file.service}


def methods_of(build, process):
    return [method for methods in services_of(build, process).values() for method in methods]


def system_table():
    """deploy/policies/systems as one message."""
    table = wire.PROTOS.message("shian.policy.v1.SystemTable")()
    for file in sorted((SOURCE / "deploy" / "policies" / "systems").glob("*.txtpb")):
        table.MergeFrom(text_format.Parse(file.read_text(), type(table)()))
    return table


def word_of(error):
    """The stable reason of a refusal, from its details or, before any handler, from its text."""
    return wire.decode_status(error).get("reason") or (error.details() or "").split(":")[0]


def outcome(method, channel, **options):
    """(code, reason, error) of one call; ("OK", "", None) when it was answered."""
    try:
        method.call(channel, **options)
        return "OK", "", None
    except wire.grpc.RpcError as error:
        return error.code().name, word_of(error), error


def bearer(token, locale="en"):
    pairs = [("accept-language", locale)]
    return pairs + [("authorization", f"Bearer {token}")] if token else pairs
