#!/usr/bin/python3
"""A service's way to its database over TLS: its certificate says who it is, and the server's who answers. Every
other certificate, and none, is refused in one line by which the service ends."""
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))

import harness  # noqa: E402
import postgresql  # noqa: E402

SERVICE = "registry"
SERVER = "database"
REFUSED_SECONDS_MAX = 10
RULES = f"""hostssl {SERVICE} {SERVICE} 127.0.0.1/32 cert
host all {postgresql.USER} 127.0.0.1/32 trust
"""


class Ways:
    """Addresses of the service's database, by whose certificate the caller shows and whom he trusts."""

    def __init__(self, cluster, pki, foreign):
        self.cluster, self.pki, self.foreign = cluster, pki, foreign

    def address(self, caller=SERVICE, caller_pki=None, trusted=None, server=SERVER, mode="verify-full"):
        folder = caller_pki or self.pki
        address = (f"postgresql://{SERVICE}@{server}.shian.internal:{self.cluster.primary.port}/{SERVICE}"
                   f"?hostaddr=127.0.0.1&sslmode={mode}&sslrootcert={trusted or self.pki}/ca.crt")
        # Where no file is, libpq shows no certificate.
        return address + f"&sslcert={folder}/{caller}.crt&sslkey={folder}/{caller}.key"

    def refused(self):
        """What must not connect, and a word by which the log says why."""
        return {
            "no certificate": (self.address(caller="nobody"), "valid client certificate"),
            "a foreign authority's certificate": (self.address(caller_pki=self.foreign), "unknown ca"),
            "another system's certificate": (self.address(caller="credit"),
                                             "certificate authentication failed"),
            "a server of a foreign authority": (self.address(trusted=self.foreign), "certificate verify failed"),
            "a server of another name": (self.address(server="credit"), "does not match host name"),
            "no TLS": (self.address(mode="disable"), "no encryption"),
        }


def check_good(suite, checks, cluster):
    suite.start(SERVICE)
    sessions = cluster.primary.sql(
        f"SELECT ssl, client_dn FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = '{SERVICE}'")
    lines = sessions.splitlines()
    checks.expect(bool(lines), "the service has no session")
    for line in lines:
        checks.expect(line.startswith("t|") and f"CN={SERVICE}" in line, f"a session: {line}")
    suite.stop(SERVICE)


def check_refused(suite, checks, what, address, word):
    suite.stores[SERVICE] = address
    suite.log(SERVICE).unlink(missing_ok=True)
    began = time.monotonic()
    try:
        suite.start(SERVICE)
    except RuntimeError:
        pass
    process = suite.processes.pop(SERVICE)
    ended = process.poll()
    if ended is None:
        process.kill()
    checks.expect(process.wait() != 0 and ended is not None, f"{what}: the service serves")
    said = suite.log(SERVICE).read_text()
    checks.expect(word in said.lower() or word in said, f"{what}: it says {said[-500:]!r}")
    checks.expect(time.monotonic() - began < REFUSED_SECONDS_MAX, f"{what}: refused too late")


def test(suite, checks):
    harness.make_pki(suite.pki, SERVER)
    foreign = harness.make_pki(suite.state / "foreign", SERVER)
    with postgresql.Cluster() as cluster:
        cluster.primary.sql(f"CREATE ROLE {SERVICE} LOGIN")
        cluster.primary.sql(f"CREATE DATABASE {SERVICE} OWNER {SERVICE}")
        cluster.primary.serve_tls(suite.pki, SERVER, RULES)
        suite.cluster = cluster
        try:
            ways = Ways(cluster, suite.pki, foreign)
            suite.stores[SERVICE] = ways.address()
            check_good(suite, checks, cluster)
            checks.section("its own certificate")
            for what, (address, word) in ways.refused().items():
                check_refused(suite, checks, what, address, word)
                checks.section(what)
        finally:
            suite.stop()
            suite.cluster = None  # which is closed here
    shutil.rmtree(foreign, ignore_errors=True)


if __name__ == "__main__":
    if not postgresql.available():
        print("skipped: Debian's postgresql is not installed")
        sys.exit(77)
    harness.run(test, port_shift=22000, start=False)
