"""Two processes of each service over one database each, behind the client's own balancing."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

import harness  # noqa: E402
import postgresql  # noqa: E402

SECOND_SHIFT = 300  # the second replicas' ports lie so far above the first ones'
SERVERS = 40  # that one test may use up
SYNCHRONOUS = {"fsync": "on", "synchronous_commit": "on", "wal_log_hints": "on"}


class Database(postgresql.Cluster):
    """A primary and a synchronous standby, as Patroni would run them."""

    def __init__(self):
        super().__init__(most=SERVERS, **SYNCHRONOUS)
        self.standby = None
        self.join()

    def join(self):
        """A new standby, on which every commit waits from now on."""
        self.standby = self.add_standby()
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.sql("SELECT pg_reload_conf()")

    def fail_over(self):
        """The primary loses its power; the standby takes its place, for the moment alone."""
        self.primary.kill()
        self.standby.promote()
        self.primary = self.standby
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.primary.sql("SELECT pg_reload_conf()")


class Replicas:
    """Suite `first` and its twin on the same stores, keys and evidence."""

    def __init__(self, build, port_shift):
        self.first = harness.ContractSuite(build, port_shift)
        self.first.cluster = Database()
        self.second = harness.ContractSuite(build, port_shift + SECOND_SHIFT)
        self.second.stores = self.first.stores
        self.second.cluster = self.first.cluster
        self.second.pki, self.second.issuer = self.first.pki, self.first.issuer
        self.both = {service: (self.first.ports[service], self.second.ports[service])
                     for service in self.first.ports}

    def start(self):
        for service in self.first.ports:
            blobs = self.first.state / service / "blobs"
            self.first.settings = self.second.settings = [f"blobs = {blobs}"]
            self.first.start(service)
            self.second.start(service)

    def close(self):
        codes = {**self.first.stop(), **{f"{name} 2": code for name, code in self.second.stop().items()}}
        self.second.cluster = None
        self.second.close()
        self.first.close()
        return codes
