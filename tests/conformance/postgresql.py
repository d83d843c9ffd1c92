"""A temporary PostgreSQL of Debian's packages on loopback: made, run and removed by a test.

PostgreSQL refuses to run as root, so its processes then belong to the user `postgres` that the
package made. Everything stands in one folder that goes with the cluster.
"""

import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
USER = "shian"
# What is kept need not outlast the machine here; a test of failover sets what it is about.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on"}


def available():
    return bool(PROGRAMS)


# Below the ports that the system gives to outgoing connections: one of those could be taken by any
# before the server binds it. Each process begins elsewhere, as those of the C++ tests do, and leaves
# out what services of a suite listen at: 7410 to 7452, moved by hundreds.
FIRST_PORT, PORTS = 10_000, 22_000
SUITES_BELOW = 70  # of each hundred
_ports = itertools.count(os.getpid() * 131)


def free_port():
    for _ in range(PORTS):
        port = FIRST_PORT + next(_ports) % PORTS
        if port % 100 < SUITES_BELOW:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


def _as_user(command):
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


class Server:
    """One server process with its data folder."""

    def __init__(self, folder, port, settings):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.port = port
        self.settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "logging_collector": "off",
            # A standby looks for its primary often, so that a promotion takes parts of a second.
            "wal_retrieve_retry_interval": "200ms",
            **settings,
        }
        self.process = None

    def run(self, program, *arguments, **options):
        command = _as_user([str(PROGRAMS[0] / program), *arguments])
        return subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, **options)

    def initialise(self):
        self.run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8",
                 "--locale=C", "--no-sync")

    def copy_of(self, primary):
        """A standby's data, streamed from a running primary."""
        self.run("pg_basebackup", "-D", str(self.data), "-R", "--no-sync", "-c", "fast", "-d",
                 f"host=127.0.0.1 port={primary.port} user={USER} application_name=standby")

    def start(self):
        command = [str(PROGRAMS[0] / "postgres"), "-D", str(self.data)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(_as_user(command), cwd=self.folder, stdout=log, stderr=log,
                                        start_new_session=True)
        log.close()
        return self.wait_ready()

    def wait_ready(self):
        for _ in range(300):
            if self.process.poll() is not None:
                break
            if self.answers():
                return self
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start:\n" + (self.folder / "log").read_text()[-2000:])

    def answers(self):
        probe = subprocess.run([str(PROGRAMS[0] / "pg_isready"), "-q", "-h", "127.0.0.1", "-p",
                                str(self.port)], check=False)
        return probe.returncode == 0

    def serve_tls(self, pki, system, rules):
        """From now on by this system's certificate, to callers whom these rules of pg_hba.conf admit."""
        for name, file in (("cert", f"{system}.crt"), ("key", f"{system}.key"), ("ca", "ca.crt")):
            path = self.folder / f"tls-{file}"
            shutil.copyfile(pathlib.Path(pki) / file, path)
            path.chmod(0o600)
            if os.geteuid() == 0:
                shutil.chown(path, "postgres", "postgres")
            self.sql(f"ALTER SYSTEM SET ssl_{name}_file = '{path}'")
        self.sql("ALTER SYSTEM SET ssl = 'on'")
        (self.data / "pg_hba.conf").write_text(rules)
        self.sql("SELECT pg_reload_conf()")
        for _ in range(100):
            if self.sql("SHOW ssl") == "on":
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not turn TLS on:\n" + (self.folder / "log").read_text()[-2000:])

    def promote(self):
        self.run("pg_ctl", "promote", "-D", str(self.data), "-w")

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # fast shutdown
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self):
        """What a power cut does to the processes: the postmaster and all its children at once."""
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def sql(self, text, database="postgres", strip=True):
        """What psql prints for one statement."""
        done = subprocess.run(
            [str(PROGRAMS[0] / "psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
             "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database, "-c", text],
            check=True, capture_output=True, text=True)
        return done.stdout.strip() if strip else done.stdout

    def script(self, text, database):
        """Runs statements as psql reads them from a file."""
        subprocess.run([str(PROGRAMS[0] / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                        "-p", str(self.port), "-U", USER, "-d", database], input=text, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def dump(self, database, *options):
        """A database as statements that make it again."""
        return subprocess.run([str(PROGRAMS[0] / "pg_dump"), *options, "-h", "127.0.0.1", "-p", str(self.port),
                               "-U", USER, database], check=True, capture_output=True, text=True).stdout

    def pgbench(self, database, script, transactions, clients):
        """Transactions a second of a script; those that conflict are tried again."""
        path = self.folder / "script.sql"
        path.write_text(script)
        done = subprocess.run(
            [str(PROGRAMS[0] / "pgbench"), "-n", "-M", "prepared", "-h", "127.0.0.1", "-p",
             str(self.port), "-U", USER, "-c", str(clients), "-j", "2", "-t",
             str(transactions // clients), "--max-tries=100", "-f", str(path), database],
            check=True, capture_output=True, text=True)
        return float(re.search(r"^tps = ([\d.]+)", done.stdout, re.M)[1])


class Cluster:
    """A primary, and standbys when asked for; a context manager. `most` servers may come one after the
    other: an address names the ports of all of them."""

    def __init__(self, most=1, **settings):
        self.ports = [free_port() for _ in range(most)]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shian-postgresql-"))
        self.servers = []
        self._settings = settings or FAST
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.primary = self._server()
        self.primary.initialise()
        self.primary.start()

    def _server(self):
        folder = self.folder / f"server{len(self.servers)}"
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = Server(folder, self.ports[len(self.servers)], self._settings)
        self.servers.append(server)
        return server

    def add_standby(self):
        standby = self._server()
        standby.copy_of(self.primary)
        return standby.start()

    def address(self, database="postgres"):
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"postgresql://{USER}@{hosts}/{database}"

    def create(self, database):
        self.primary.sql(f"CREATE DATABASE {database}")
        return self.address(database)

    def close(self):
        for server in self.servers:
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
