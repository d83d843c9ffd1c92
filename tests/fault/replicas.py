"""Two processes of each service over one database each, behind the client's own balancing."""
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

import harness  # noqa: E402
import postgresql  # noqa: E402

SECOND_SHIFT = 300  # the second replicas' ports lie so far above the first ones'
BEHIND_SECONDS = 0.5
SERVERS = 40  # that one test may use up
SYNCHRONOUS = {"fsync": "on", "synchronous_commit": "on", "wal_log_hints": "on"}


class Database(postgresql.Cluster):
    """A primary and a standby, as Patroni would run them: synchronous, but for a control."""

    def __init__(self, synchronous=True):
        super().__init__(most=SERVERS, **SYNCHRONOUS)
        self.synchronous = synchronous
        self.standby = None
        self.join()

    def join(self):
        """A new standby, on which every commit waits from now on."""
        self.standby = self.add_standby()
        if self.synchronous:
            self.wait_on("*")

    def wait_on(self, standbys):
        self.primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
        self.primary.sql("SELECT pg_reload_conf()")

    def fail_over(self):
        """The primary loses its power; the standby takes its place, for the moment alone."""
        if not self.synchronous:
            self.fall_behind()
        self.primary.kill()
        self.standby.wait_ready()
        self.standby.promote()
        self.primary = self.standby
        if self.synchronous:
            self.wait_on("")

    def fall_behind(self):
        """The standby hears nothing for a moment, and what lies in its socket is lost with its receiver."""
        receiver = int(self.standby.sql("SELECT pid FROM pg_stat_wal_receiver"))
        os.kill(receiver, signal.SIGSTOP)
        time.sleep(BEHIND_SECONDS)
        self.primary.kill()
        os.kill(receiver, signal.SIGKILL)
        time.sleep(BEHIND_SECONDS)  # it takes its postmaster a moment to see that


class Replicas:
    """Suite `first` and its twin on the same stores, keys and evidence."""

    def __init__(self, build, port_shift, synchronous=True):
        self.first = harness.ContractSuite(build, port_shift)
        self.first.cluster = Database(synchronous)
        self.second = harness.ContractSuite(build, port_shift + SECOND_SHIFT)
        self.second.stores = self.first.stores
        self.second.cluster = self.first.cluster
        self.second.pki, self.second.issuer = self.first.pki, self.first.issuer
        self.both = {service: (self.first.ports[service], self.second.ports[service])
                     for service in self.first.ports}

    def start(self, *suites):
        for suite in suites:
            for service in suite.ports:
                self.start_one(suite, service)

    def start_one(self, suite, service):
        """A replica's own folder is for its configuration only: both find evidence in one place."""
        suite.settings = [f"blobs = {self.first.state / service / 'blobs'}"]
        suite.start(service)

    @staticmethod
    def leads(suite, service):
        """Whether this suite's process of a service gives log entries their places."""
        return any(line.startswith("shian_leading") and line.endswith(" 1")
                   for line in suite.metrics(service).splitlines())

    def leading(self, service):
        """The suite whose process leads, or nothing."""
        return next((suite for suite in (self.first, self.second) if self.leads(suite, service)), None)

    def other(self, suite):
        return self.second if suite is self.first else self.first

    def close(self):
        codes = {**self.first.stop(), **{f"{name} 2": code for name, code in self.second.stop().items()}}
        self.second.cluster = None
        self.second.close()
        self.first.close()
        return codes
